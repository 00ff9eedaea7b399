import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("../../../workbench/src/styles/tokens.css", import.meta.url), "utf8");

function tokens(selector: string): Record<string, string> {
  const block = new RegExp(`^${selector.replace(/[[\]"]/g, "\\$&")} \\{([^}]*)\\}`, "m").exec(css)?.[1] ?? "";
  return Object.fromEntries(
    Array.from(block.matchAll(/--([\w-]+):\s*([^;]+);/g), ([, name, value]) => [name, value]),
  );
}

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const light = tokens(":root");
const themes = { light, dark: { ...light, ...tokens(':root[data-theme="dark"]') } };

for (const [name, theme] of Object.entries(themes)) {
  test(`every ink of the ${name} theme can be read on every paper of it`, () => {
    for (const ink of ["ink", "ink-2", "ink-3", "accent", "gain", "loss", "warn", "fail"]) {
      for (const paper of ["paper", "paper-2", "paper-3"]) {
        expect(contrast(theme[ink], theme[paper]), `${ink} on ${paper}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast(theme["accent-ink"], theme.accent)).toBeGreaterThanOrEqual(4.5);
    for (const wash of ["warn-wash", "fail-wash", "accent-wash"]) {
      expect(contrast(theme.ink, theme[wash]), wash).toBeGreaterThanOrEqual(4.5);
    }
  });

  test(`edges of fields and the focus ring stand out in the ${name} theme`, () => {
    for (const edge of ["line-strong", "focus"]) {
      expect(contrast(theme[edge], theme.paper), edge).toBeGreaterThanOrEqual(3);
    }
  });
}

test("the dark theme gives every colour that the light one gives", () => {
  const colours = Object.keys(light).filter((name) => /^#|^rgb/.test(light[name]));
  expect(Object.keys(tokens(':root[data-theme="dark"]'))).toEqual(expect.arrayContaining(colours));
});
