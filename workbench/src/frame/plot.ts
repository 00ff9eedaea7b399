import * as ObservablePlot from "@observablehq/plot";

export const Plot = ObservablePlot;
