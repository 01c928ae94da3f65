import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import './plots.css'

/** A plot with its name, what it says in one line, and the same as a table. */
export function Figure(props: {
  title: string
  says: string
  head: readonly string[]
  rows: readonly (readonly (string | number)[])[]
  children: ComponentChildren
}) {
  const { title, says, head, rows } = props
  const id = useId()
  return (
    <figure class="plot" aria-labelledby={id}>
      <figcaption>
        <h3 id={id}>{title}</h3>
        <p class="soft small">{says}</p>
      </figcaption>
      {props.children}
      {rows.length > 0 && (
        <details class="plot-table">
          <summary>As a table</summary>
          <table class="table">
            <thead>
              <tr>
                {head.map((cell) => (
                  <th key={cell} scope="col">
                    {cell}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.join()}>
                  {row.map((cell, i) =>
                    i === 0 ? (
                      <th key={head[i]} scope="row">
                        <bdi>{cell}</bdi>
                      </th>
                    ) : (
                      <td key={head[i]}>{cell}</td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </figure>
  )
}
