/** The mark: three points, joined. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="7" fill="#3451d1" />
      <path d="M16 7.5 25 23H7z" fill="none" stroke="#fff" strokeWidth="2.4" strokeLinejoin="round" />
      <g fill="#fff">
        <circle cx="16" cy="7.8" r="3" />
        <circle cx="24.8" cy="22.8" r="3" />
        <circle cx="7.2" cy="22.8" r="3" />
      </g>
    </svg>
  );
}
