import "../styles/base.css";
import "../styles/controls.css";
import { mount } from "svelte";
import { route } from "../state/route.svelte.ts";
import App from "./App.svelte";

// Of all that a notebook needs its database takes longest to load: it starts while the page is still on its way.
const { page } = route.current;
if (page === "notebook" || page === "headless") {
  void import("../data/duckdb.ts").then(
    ({ Duckdb }) => Duckdb.startAhead(),
    () => undefined, // The page that needs it will say so.
  );
}

const target = document.querySelector("#app");
if (target) mount(App, { target });
