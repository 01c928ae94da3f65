import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { HubError } from '#protocol/client'
import { useApp } from '../app/context.ts'
import { Button } from '../ui/index.ts'

/** Goes to a room by its name; one that does not exist is made. */
export function OpenRoom() {
  const { session, router } = useApp()
  const name = useSignal('')
  const problem = useSignal('')
  const busy = useSignal(false)
  const id = useId()

  async function open() {
    // The hub keeps names in this form.
    const wanted = name.value.trim().normalize('NFC')
    if (wanted === '') return
    busy.value = true
    problem.value = ''
    try {
      await session.rest('/rooms', { method: 'POST', body: { name: wanted } })
    } catch (error) {
      if (!(error instanceof HubError)) throw error
      // It exists, and may be entered: that is just as well.
      if (error.code !== 'conflict') {
        problem.value =
          error.code === 'not_found'
            ? 'You may not make or enter a room of this name.'
            : error.message
        return
      }
    } finally {
      busy.value = false
    }
    router.go({ page: 'room', name: wanted })
  }

  return (
    <form
      class="open-room"
      onSubmit={(event) => {
        event.preventDefault()
        void open()
      }}
    >
      <label class="sr-only" for={id}>
        Room name
      </label>
      <input
        id={id}
        value={name.value}
        placeholder="Name of a room"
        maxLength={400}
        autocomplete="off"
        aria-invalid={problem.value !== ''}
        aria-describedby={`${id}-problem`}
        onInput={(event) => {
          name.value = event.currentTarget.value
        }}
      />
      <Button type="submit" icon="plus" busy={busy.value}>
        Open room
      </Button>
      <p id={`${id}-problem`} class="field-problem" role="alert">
        {problem.value}
      </p>
    </form>
  )
}
