export function Brand() {
  return (
    <span class="brand">
      <svg width="26" height="26" viewBox="0 0 32 32" fill="none" aria-hidden="true">
        <circle cx="16" cy="16" r="14" stroke="currentColor" stroke-width="2" opacity="0.25" />
        <circle cx="16" cy="16" r="9.5" stroke="currentColor" stroke-width="2" opacity="0.55" />
        <circle cx="16" cy="16" r="5" fill="currentColor" />
      </svg>
      AuraLink
    </span>
  )
}
