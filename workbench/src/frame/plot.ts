/** Observable Plot with the page's type and colours, in a module of its own so that it loads when first used. */
export { themedPlot as Plot } from "../charts/plotTheme.ts";
