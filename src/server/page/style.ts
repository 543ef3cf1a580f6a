/** The page's style: the system's fonts and colours, light or dark as the reader has it. */
export const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, CanvasText 15%, Canvas); --soft: color-mix(in srgb, CanvasText 60%, Canvas); }
body { margin: 0 auto; max-width: 64rem; padding: 1.5rem; font: 15px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
h1 { font-size: 1.25rem; margin: 0; } h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
p { color: var(--soft); margin: .25rem 0 1.5rem; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 500; color: var(--soft); }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
a { color: inherit; } code { font-size: .85em; }
[data-status]::before { content: ""; display: inline-block; width: .6em; height: .6em; border-radius: 50%; margin-right: .5em; background: #8a8f98; }
[data-status=RUNNING]::before, [data-status=STARTING]::before { background: #3b82f6; }
[data-status=COMPLETED]::before { background: #22a06b; }
[data-status=FAILED]::before { background: #d93f3f; }
[data-status=CANCELLED]::before { background: #c27c0e; }
`;
