import * as Plot from "@observablehq/plot";
import type { Band, BandPart, Bands } from "../outputs/bands.ts";
import { freshId, svgElement } from "../outputs/element.ts";
import { formatCount, formatTime } from "../outputs/format.ts";
import { plot } from "./plotTheme.ts";

/** Told apart by height and hatching too, not by colour alone. */
const LOOKS: Record<BandPart, { colour: string; opacity: number; inset: number; hatch?: "lines" | "dots" }> =
  {
    train: { colour: "var(--ink-3)", opacity: 0.45, inset: 4 },
    test: { colour: "var(--accent)", opacity: 1, inset: 0 },
    purged: { colour: "var(--loss)", opacity: 1, inset: 1, hatch: "lines" },
    embargoed: { colour: "var(--warn)", opacity: 1, inset: 1, hatch: "dots" },
  };

const ROW_PX = 16;
const AXIS_PX = 34;
/** Places of a split at which its tip can stand, besides the middle of each band. */
const TIP_PLACES = 48;

/** One line for each split: what trains, what is tested, what is kept out in between. */
export function splitPlot(
  { bands, shown, axis }: Bands,
  width: number,
  label: string,
): HTMLElement | SVGElement {
  const isTime = axis === "time";
  const place = (value: number): number | Date => (isTime ? new Date(value) : value);
  const written = (value: number): string => (isTime ? `${formatTime(value)} UTC` : formatCount(value));
  const hatches = { lines: freshId("wf-hatch"), dots: freshId("wf-hatch") };
  const bars = (part: BandPart): Plot.Markish => {
    const { colour, opacity, inset, hatch } = LOOKS[part];
    return Plot.barX(
      bands.filter((band) => band.part === part),
      {
        x1: (band: Band) => place(band.from),
        x2: (band: Band) => place(band.to),
        y: (band: Band) => band.split + 1,
        fill: hatch === undefined ? colour : `url(#${hatches[hatch]})`,
        fillOpacity: opacity,
        insetTop: inset,
        insetBottom: inset,
        className: `wf-band-${part}`,
      },
    );
  };
  return plot({
    width,
    height: shown * ROW_PX + AXIS_PX,
    marginTop: 4,
    marginBottom: AXIS_PX - 4,
    marginLeft: 32,
    marginRight: 12,
    x: {
      ...(isTime && { type: "utc" }),
      label: isTime ? null : `${axis} →`,
      ticks: Math.max(2, Math.round(width / 110)),
      ...(!isTime && { tickFormat: formatCount }),
    },
    y: {
      type: "band",
      domain: Array.from({ length: shown }, (_, split) => split + 1),
      label: null,
      tickSize: 0,
      padding: 0.2,
    },
    marks: [
      () => hatching(hatches),
      bars("train"),
      bars("embargoed"),
      bars("purged"),
      bars("test"),
      Plot.tip(
        tipPlaces(bands),
        Plot.pointer({
          x: ({ at }) => place(at),
          y: ({ band }) => band.split + 1,
          title: ({ band }: TipPlace) =>
            `split ${band.split + 1}: ${band.part}\n${written(band.from)}\n${isTime ? "to" : "up to"} ${written(band.to)}`,
        }),
      ),
    ],
    ariaLabel: label,
  });
}

/** Patterns in the colours of the page; they follow it from light to dark. */
function hatching({ lines, dots }: { lines: string; dots: string }): SVGElement {
  const size = { patternUnits: "userSpaceOnUse", width: 4, height: 4 };
  return svgElement(
    "defs",
    {},
    svgElement(
      "pattern",
      { ...size, id: lines, patternTransform: "rotate(45)" },
      svgElement("rect", { width: 4, height: 4, fill: LOOKS.purged.colour, "fill-opacity": 0.2 }),
      svgElement("rect", { width: 1.6, height: 4, fill: LOOKS.purged.colour }),
    ),
    svgElement(
      "pattern",
      { ...size, id: dots },
      svgElement("rect", { width: 4, height: 4, fill: LOOKS.embargoed.colour, "fill-opacity": 0.2 }),
      svgElement("circle", { cx: 2, cy: 2, r: 0.9, fill: LOOKS.embargoed.colour }),
    ),
  );
}

type TipPlace = { at: number; band: Band };

/** Plot's pointer looks for the nearest point, and a long band has to be found from each of its ends. */
function tipPlaces(bands: readonly Band[]): TipPlace[] {
  const first = Math.min(...bands.map(({ from }) => from));
  const last = Math.max(...bands.map(({ to }) => to));
  const step = (last - first) / TIP_PLACES || 1;
  return bands.flatMap((band) => {
    const count = Math.max(1, Math.round((band.to - band.from) / step));
    return Array.from({ length: count }, (_, i) => ({
      at: band.from + ((band.to - band.from) * (i + 0.5)) / count,
      band,
    }));
  });
}
