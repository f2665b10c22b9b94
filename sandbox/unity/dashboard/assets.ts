/** Style of every dashboard page: one column below 760 px, dark by the reader's own setting. */
export const STYLE = `
:root { color-scheme: light dark; --ground:#f4f5f7; --card:#fff; --text:#1c1f24; --muted:#5b6470; --line:#dde1e6; --accent:#0a62ba; --accent-text:#fff;
  --bar:#14171c; --bar-text:#f3f5f7; --hover:#e6ebf2; --ok:#0f7b3f; --ok-ground:#e2f5e9; --off:#5b6470; --off-ground:#eceff2; --bad:#b3261e; --bad-ground:#fdecea; --warn:#7a4d00; --warn-ground:#fff3d6; }
@media (prefers-color-scheme: dark) { :root { --ground:#101317; --card:#191d23; --text:#e9ecf0; --muted:#9aa4b1; --line:#2c323b; --accent:#6cb2ff; --accent-text:#08131f;
  --bar:#0a0c0f; --bar-text:#e9ecf0; --hover:#222831; --ok:#6fdc9a; --ok-ground:#12311f; --off:#9aa4b1; --off-ground:#262c34; --bad:#ff9d94; --bad-ground:#3a1715; --warn:#ffcf70; --warn-ground:#38290a; } }
* { box-sizing: border-box; } [hidden] { display:none !important; }
body { margin:0; background:var(--ground); color:var(--text); font:15px/1.5 "Inter","Segoe UI",system-ui,-apple-system,"Noto Sans",sans-serif; }
a { color:var(--accent); text-decoration:none; } a:hover { text-decoration:underline; }
.banner { background:var(--warn-ground); color:var(--warn); font-size:13px; padding:6px 20px; text-align:center; }
.bar { background:var(--bar); color:var(--bar-text); display:flex; align-items:center; gap:12px; padding:0 20px; min-height:52px; flex-wrap:wrap; }
.bar a { color:inherit; } .logo { display:flex; align-items:center; gap:9px; font-weight:650; letter-spacing:.01em; }
.logo svg { display:block; } .bar .switch-org { margin-left:auto; display:flex; align-items:center; gap:10px; font-size:14px; }
.bar .switch-org small { opacity:.75; white-space:nowrap; } .bar .change { white-space:nowrap; border:1px solid #ffffff40; border-radius:6px; padding:3px 10px; font-size:13px; }
.shell { display:grid; grid-template-columns:232px minmax(0,1fr); max-width:1240px; margin:0 auto; min-height:calc(100vh - 86px); }
.side { padding:24px 12px 24px 20px; } .side h2 { font-size:12px; text-transform:uppercase; letter-spacing:.06em; color:var(--muted); margin:0 0 6px 12px; font-weight:600; }
.side ul { list-style:none; margin:0 0 20px; padding:0; } .side a { display:block; padding:7px 12px; border-radius:7px; color:var(--text); }
.side a:hover { background:var(--hover); text-decoration:none; } .side a[aria-current] { background:var(--hover); color:var(--accent); font-weight:600; }
main { padding:26px 28px 56px; min-width:0; } main.alone { max-width:760px; margin:0 auto; padding:40px 20px; }
.crumbs a { text-decoration:underline; } .crumbs { font-size:13px; color:var(--muted); margin-bottom:6px; } h1 { font-size:24px; line-height:1.25; margin:0 0 6px; font-weight:650; overflow-wrap:anywhere; }
.lead { color:var(--muted); margin:0 0 20px; max-width:68ch; } .head { display:flex; gap:16px; align-items:flex-start; justify-content:space-between; flex-wrap:wrap; }
.card { background:var(--card); border:1px solid var(--line); border-radius:10px; padding:20px; margin:0 0 18px; }
.card h2 { font-size:16px; margin:0 0 4px; font-weight:620; } .card > p { margin:0 0 14px; color:var(--muted); max-width:70ch; }
.card .head { align-items:center; margin-bottom:12px; } .card .head h2 { margin:0; }
.tiles { display:grid; gap:12px; grid-template-columns:repeat(auto-fill,minmax(220px,1fr)); margin-bottom:20px; }
.tile { display:block; background:var(--card); border:1px solid var(--line); border-radius:10px; padding:16px 18px; color:var(--text); }
.tile:hover { border-color:var(--accent); text-decoration:none; } .tile strong { display:block; } .tile span { color:var(--muted); font-size:13.5px; }
table { width:100%; border-collapse:collapse; font-size:14px; } th { text-align:left; font-weight:600; color:var(--muted); font-size:12.5px; padding:0 12px 8px 0; white-space:nowrap; }
td { border-top:1px solid var(--line); padding:10px 12px 10px 0; vertical-align:middle; overflow-wrap:anywhere; } td:last-child { padding-right:0; } td.act { text-align:right; width:1%; white-space:nowrap; }
.card > .empty { max-width:none; } .empty { color:var(--muted); border-top:1px solid var(--line); padding-top:14px; margin:0 !important; }
dl { display:grid; grid-template-columns:minmax(130px,200px) minmax(0,1fr); gap:8px 16px; margin:0; font-size:14px; } dt { color:var(--muted); } dd { margin:0; overflow-wrap:anywhere; }
code,.mono { font-family:ui-monospace,"SFMono-Regular",Menlo,Consolas,"DejaVu Sans Mono",monospace; font-size:13px; }
.badge { display:inline-block; border-radius:999px; padding:1px 10px; font-size:12.5px; font-weight:600; white-space:nowrap; background:var(--off-ground); color:var(--off); }
.badge.ok { background:var(--ok-ground); color:var(--ok); } .badge.bad { background:var(--bad-ground); color:var(--bad); }
button,.button { font:inherit; font-weight:600; font-size:14px; border-radius:7px; border:1px solid var(--line); background:var(--card); color:var(--text); padding:7px 14px; cursor:pointer; display:inline-block; white-space:nowrap; }
button:hover,.button:hover { background:var(--hover); text-decoration:none; } button.primary,.button.primary { background:var(--accent); border-color:var(--accent); color:var(--accent-text); }
button.primary:hover,.button.primary:hover { filter:brightness(1.08); } button.danger { color:var(--bad); } td button { padding:4px 10px; }
:focus-visible { outline:2px solid var(--accent); outline-offset:2px; }
form { margin:0; } label.field { display:block; margin:0 0 14px; font-weight:600; font-size:14px; } label.field small { font-weight:400; color:var(--muted); }
input[type=text],input[type=email],textarea,select { display:block; width:100%; margin-top:5px; font:inherit; font-weight:400; color:inherit; background:var(--ground); border:1px solid var(--line); border-radius:7px; padding:8px 11px; }
.narrow { max-width:520px; } .row { display:flex; gap:10px; flex-wrap:wrap; align-items:center; } .check { display:flex; gap:10px; align-items:flex-start; margin:0 0 14px; } .check input { margin-top:4px; accent-color:var(--accent); }
.check small { display:block; color:var(--muted); } label.field.for-copy { margin:14px 0 0; } .copy { display:flex; gap:8px; margin-top:6px; } .copy input { margin:0; font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace; font-size:13px; min-width:0; flex:1; }
.note { border-radius:9px; padding:12px 16px; margin:0 0 18px; background:var(--warn-ground); color:var(--warn); } .note.bad { background:var(--bad-ground); color:var(--bad); } .note.ok { background:var(--ok-ground); color:var(--ok); }
.secret { border-color:var(--accent); } .divide { border-top:1px solid var(--line); margin-top:18px; padding-top:18px; }
@media (max-width:760px) { .shell { grid-template-columns:minmax(0,1fr); grid-template-rows:auto 1fr; min-height:0; } .side { align-content:start; } main > .head > .button { margin-bottom:18px; } main > .head .lead { margin-bottom:8px; } .side { padding:10px 8px 0; display:flex; flex-wrap:wrap; gap:2px; } .side h2 { display:none; }
  .side ul { display:contents; } .side a { padding:5px 8px; font-size:14px; } main { padding:18px 16px 48px; } .bar { padding:8px 16px; gap:6px; }
  .bar .switch-org { margin-left:0; width:100%; justify-content:space-between; } .card { padding:16px; } h1 { font-size:21px; } dl { grid-template-columns:minmax(0,1fr); gap:0; } dd { margin-bottom:10px; }
  .copy { flex-wrap:wrap; } .copy input { flex-basis:100%; } thead { position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%); }
  table,tbody,tr,td { display:block; } tr { border-top:1px solid var(--line); padding:10px 0; } td { border:0; padding:1px 0; } td.act { text-align:left; width:auto; padding-top:8px; }
  td[data-label]::before { content:attr(data-label) ": "; color:var(--muted); } }
`;

/** Copy buttons; without script the field can still be selected by hand. */
export const COPY_SCRIPT = `
document.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-copy]');
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand('copy'); }
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = 'Copy'; }, 2000);
});
for (const button of document.querySelectorAll('button[data-copy]')) button.hidden = false;
`;
