import type { Case } from "../case.ts";
import { execution } from "./execution.ts";
import { holes } from "./holes.ts";
import { information } from "./information.ts";
import { labels } from "./labels.ts";
import { scaling } from "./scaling.ts";
import { state } from "./state.ts";
import { timeframes } from "./timeframes.ts";
import { turningPoints } from "./turningPoints.ts";
import { universe } from "./universe.ts";
import { windows } from "./windows.ts";

/** Ways in which people see the future without meaning to. */
export const leaks: readonly Case[] = [
  ...windows,
  ...holes,
  ...scaling,
  ...turningPoints,
  ...timeframes,
  ...labels,
  ...execution,
  ...universe,
  ...information,
  ...state,
];
