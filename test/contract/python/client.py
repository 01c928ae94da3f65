"""A client of the wire in another language, with another Socket.IO library, from the wire's description
alone: it shares no code and no schema with the hub. Every step asserts; each that held prints a line.

Reads one JSON object from stdin: url, room, and tokens by person ("brief" ends soon).
"""

import asyncio
import json
import sys

import socketio


class Client:
    """One connection: what arrived, and commands with their acks."""

    def __init__(self):
        self.sio = socketio.AsyncClient(reconnection=False)
        self.events = []
        self.refusal = None
        self.news = asyncio.Condition()
        self.gone = asyncio.Event()
        self.sio.on("event", self._arrived)
        self.sio.on("connect_error", self._refused)
        self.sio.on("disconnect", self._disconnected)

    async def _arrived(self, event):
        async with self.news:
            self.events.append(event)
            self.news.notify_all()

    async def _refused(self, data):
        self.refusal = data

    async def _disconnected(self, *_reason):
        self.gone.set()

    async def connect(self, url, token=None):
        auth = None if token is None else {"token": token}
        await self.sio.connect(url, auth=auth, transports=["websocket"], wait_timeout=20)
        self.ws = self.sio.eio.ws
        return self

    async def command(self, name, payload):
        return await self.sio.call(name, payload, timeout=30)

    async def done(self, name, payload):
        ack = await self.command(name, payload)
        assert ack["ok"] is True, (name, ack)
        return ack

    async def code(self, name, payload):
        ack = await self.command(name, payload)
        assert ack["ok"] is False, (name, ack)
        assert ack["error"]["message"], ack
        return ack["error"]["code"]

    async def until(self, what, within=30):
        """The first event, of those that came or will come, for which it holds."""

        def found():
            return next((event for event in self.events if what(event)), None)

        async with self.news:
            await asyncio.wait_for(self.news.wait_for(found), within)
            return found()

    def log(self):
        return [event for event in self.events if "seq" in event]

    async def close_code(self, within=30):
        await asyncio.wait_for(self.gone.wait(), within)
        return self.ws.close_code

    def cut(self):
        """What a lost network does: no goodbye of any layer."""
        self.ws._conn.transport.abort()


def held(step):
    print(json.dumps({"held": step}), flush=True)


async def main(url, room, tokens):
    stranger = Client()
    try:
        await stranger.connect(url)
        raise AssertionError("connected without a token")
    except socketio.exceptions.ConnectionError:
        assert stranger.refusal["data"]["code"] == "unauthenticated", stranger.refusal
    held("refused without a token")

    # closed by the hub when its token ends, at the end of all this
    brief = await Client().connect(url, tokens["brief"])
    ana = await Client().connect(url, tokens["ana"])
    joined = await ana.done("room.join", {"room": room, "name": "Ana"})
    assert joined["recovered"] is False and joined["events"] == []
    snapshot = joined["snapshot"]
    assert snapshot["room"]["name"] == room and snapshot["room"]["status"] == "open"
    assert [p["name"] for p in snapshot["participants"] if p["id"] == "ana"] == ["Ana"]
    assert snapshot["cases"] == [], "who makes a room owns it, and so moderates it"
    ben = await Client().connect(url, tokens["ben"])
    at = await ben.done("room.join", {"room": room})
    assert "cases" not in at["snapshot"]
    watcher = await Client().connect(url, tokens["wim"])
    await watcher.done("room.join", {"room": room, "as": "watch"})
    arrived = await ana.until(lambda e: e["type"] == "participant.joined" and e["actor"]["id"] == "ben")
    assert arrived["actor"]["kind"] == "person" and arrived["data"] == {"media": "local"}
    held("joined")

    await ana.done("caption.push", {"room": room, "segment": "s", "text": "We sh", "final": False})
    partial = await ben.until(lambda e: e["type"] == "transcript.partial")
    assert "seq" not in partial and partial["data"] == {"segment": "s", "text": "We sh"}
    said = {"room": room, "segment": "s", "text": "We ship the harbour release on Friday.", "final": True}
    first = await ana.done("caption.push", said)
    final = await ben.until(lambda e: e["type"] == "transcript.final")
    assert final["seq"] == first["seq"] and final["actor"]["id"] == "ana"
    assert final["data"]["text"] == said["text"] and final["data"]["source"] == "caption"
    assert (await ana.done("caption.push", said))["duplicate"] is True
    held("captions")

    line = {"room": room, "text": "Who brings the cake?", "id": "my own id"}
    once = await ana.done("chat.send", line)
    again = await ana.done("chat.send", line)
    assert again["duplicate"] is True and again["seq"] == once["seq"]
    secret = await ben.done("chat.send", {"room": room, "text": "I do", "to": "ana"})
    got = await ana.until(lambda e: e.get("seq") == secret["seq"])
    assert got["data"]["text"] == "I do" and got["to"] == "ana"
    blank = await watcher.until(lambda e: e.get("seq") == secret["seq"])
    assert blank["type"] == "hidden" and "data" not in blank and "actor" not in blank
    held("chat")

    run = (await ana.done("agent.ask", {"room": room, "question": "When do we ship the harbour release?"}))["run"]
    answer = await ben.until(lambda e: e["type"] == "talkback.said" and e["data"].get("run") == run)
    assert answer["actor"]["kind"] == "agent" and "Friday" in answer["data"]["text"], answer
    assert first["seq"] in answer["data"]["citations"]
    finished = await ben.until(lambda e: e["type"] == "run.finished" and e["data"]["run"] == run)
    assert finished["data"]["status"] == "done"
    held("asked and answered with a citation")

    log = []
    while True:
        page = await ana.done("room.history", {"room": room, "after": len(log), "limit": 4})
        log += page["events"]
        if not page["more"]:
            break
    assert [e["seq"] for e in log] == list(range(1, len(log) + 1))
    for event in ana.log():
        if event["seq"] <= len(log):
            assert log[event["seq"] - 1] == event
    held("history")

    # the agents may still have something to say: how far ben has come is the last that he has seen
    await ben.until(lambda e: e.get("seq") == log[-1]["seq"])
    seen = max(e["seq"] for e in ben.log())
    ben.cut()
    await ben.close_code()
    for i in range(3):
        await ana.done("caption.push", {"room": room, "segment": f"m{i}", "text": f"Missed {i}.", "final": True})
    back = await Client().connect(url, tokens["ben"])
    resumed = await back.done("room.join", {"room": room, "since": {"epoch": at["epoch"], "seq": seen}})
    assert resumed["recovered"] is True and "snapshot" not in resumed
    assert [e["seq"] for e in resumed["events"]] == list(range(seen + 1, resumed["seq"] + 1))
    texts = [e["data"]["text"] for e in resumed["events"] if e["type"] == "transcript.final"]
    assert texts == ["Missed 0.", "Missed 1.", "Missed 2."]
    await ana.done("chat.send", {"room": room, "text": "And live again."})
    await back.until(lambda e: e["type"] == "chat.message" and e["data"]["text"] == "And live again.")
    live = [e["seq"] for e in back.log()]
    assert live == list(range(resumed["seq"] + 1, resumed["seq"] + 1 + len(live)))
    lost = await back.done("room.join", {"room": room, "since": {"epoch": at["epoch"] + 1, "seq": seen}})
    assert lost["recovered"] is False and lost["snapshot"]["upto"] <= lost["seq"]
    held("resumed after a cut")

    act = {"room": room, "target": "ben", "action": "mute", "minutes": 5, "reason": "a test"}
    case = (await ana.done("moderation.act", act))["case"]
    told = await back.until(lambda e: e["type"] == "moderation.acted" and e["data"].get("case") == case)
    assert told["data"]["until"] > told["at"] and told["data"]["by"] == "ana"
    seen_by_others = await watcher.until(lambda e: e.get("seq") == told["seq"])
    assert seen_by_others["data"] == {"target": "ben", "action": "mute"}
    speech = {"room": room, "segment": "x", "text": "May I?", "final": True}
    assert await back.code("caption.push", speech) == "muted"
    await ana.done("moderation.review", {"case": case, "decision": "undo"})
    await back.done("caption.push", speech)
    held("muted and restored")

    assert await back.code("room.join", {"room": ""}) == "invalid"
    assert await back.code("room.join", {"room": "ana's other room"}) in ("not_found", "forbidden")
    assert await back.code("moderation.act", act) == "forbidden"
    assert await back.code("agent.dance", {}) == "malformed"
    assert await back.code("auth.refresh", {"token": tokens["ana"]}) == "forbidden"
    kept = await back.done("auth.refresh", {"token": tokens["ben"]})
    assert kept["rooms"] == {"kept": [room], "lost": []}
    held("errors")

    assert await brief.close_code() == 4001
    big = await Client().connect(url, tokens["wim"])
    await big.sio.emit("chat.send", {"room": room, "text": "x" * 70_000})
    assert await big.close_code() == 1009
    await watcher.done("room.leave", {"room": room})
    held("about to be drained")
    warning = await ana.until(lambda e: e["type"] == "server.draining")
    assert warning["data"]["reconnect_in_ms"] >= 0 and "seq" not in warning
    assert await ana.close_code() == 4009
    assert await back.close_code() == 4009
    held("close codes")


asyncio.run(main(**json.load(sys.stdin)))
