// Walks a display list's numbers and paints them: one path for each paint of a layer, no decisions.
// The layout of the numbers is that of `scene::Encoder`.

const SANS = 'system-ui, "Segoe UI", "Noto Sans", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "NanumGothic", sans-serif';
const MONO = 'ui-monospace, "SF Mono", "DejaVu Sans Mono", "NanumGothicCoding", monospace';
const DASHES = [[], [0.1, 5], [2, 2.5], [4, 3]];
const ANCHORS = ["start", "center", "end"];
const SIZES = [4, 5, 4, 8, 6, 3];
const NONE = 31;

let strings = [];
let colours = [];

export function set_colours(all) {
  colours = all;
}

export function add_strings(restart, fresh) {
  strings = restart ? fresh : strings.concat(fresh);
}

function trace(ctx, form, f, at) {
  switch (form) {
    case 0:
      ctx.rect(f[at], f[at + 1], f[at + 2], f[at + 3]);
      break;
    case 1:
      ctx.roundRect(f[at], f[at + 1], f[at + 2], f[at + 3], f[at + 4]);
      break;
    case 2:
      ctx.moveTo(f[at], f[at + 1]);
      ctx.lineTo(f[at + 2], f[at + 3]);
      break;
    case 3:
      ctx.moveTo(f[at], f[at + 1]);
      ctx.bezierCurveTo(f[at + 2], f[at + 3], f[at + 4], f[at + 5], f[at + 6], f[at + 7]);
      break;
    case 4:
      ctx.moveTo(f[at], f[at + 1]);
      ctx.lineTo(f[at + 2], f[at + 3]);
      ctx.lineTo(f[at + 4], f[at + 5]);
      ctx.closePath();
      break;
    default: {
      const r = f[at + 2];
      ctx.moveTo(f[at], f[at + 1] - r);
      ctx.lineTo(f[at] + r, f[at + 1]);
      ctx.lineTo(f[at], f[at + 1] + r);
      ctx.lineTo(f[at] - r, f[at + 1]);
      ctx.closePath();
    }
  }
}

function shapes(ctx, key, count, f, at) {
  const form = (key >>> 20) & 7;
  const fill = key & 31;
  const stroke = (key >>> 5) & 31;
  const dash = (key >>> 14) & 3;
  const alpha = (key >>> 16) & 15;
  const size = SIZES[form];
  ctx.globalAlpha = alpha === 0 ? 1 : alpha / 15;
  ctx.beginPath();
  for (let i = 0; i < count; i += 1) trace(ctx, form, f, at + i * size);
  if (fill !== NONE) {
    ctx.fillStyle = colours[fill];
    ctx.fill();
  }
  if (stroke !== NONE) {
    ctx.strokeStyle = colours[stroke];
    ctx.lineWidth = ((key >>> 10) & 15) / 5;
    ctx.lineCap = dash === 1 ? "round" : "butt";
    ctx.setLineDash(DASHES[dash]);
    ctx.stroke();
  }
  return at + count * size;
}

function words(ctx, key, count, numbers, f, at) {
  const alpha = (key >>> 14) & 15;
  const font = (key >>> 5) & 1 ? MONO : SANS;
  ctx.globalAlpha = alpha === 0 ? 1 : alpha / 15;
  ctx.font = `${(key >>> 6) & 1 ? 600 : 400} ${(key >>> 7) & 31}px ${font}`;
  ctx.textAlign = ANCHORS[(key >>> 12) & 3];
  ctx.fillStyle = colours[key & 31];
  for (let i = 0; i < count; i += 1, at += 3) ctx.fillText(strings[numbers[at + 2]], f[at], f[at + 1]);
  return at;
}

export function paint(ctx, numbers, width, height, ratio) {
  const f = new Float32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  ctx.textBaseline = "alphabetic";
  let at = 0;
  while (at < numbers.length) {
    const key = numbers[at];
    const count = numbers[at + 1];
    at = key >>> 31 ? words(ctx, key, count, numbers, f, at + 2) : shapes(ctx, key, count, f, at + 2);
  }
  ctx.globalAlpha = 1;
}
