import { mount } from "svelte";
import "./frame.css";
import { allowTemplateListeners } from "./handlers.ts";
import { closeDoors } from "./hygiene.ts";
import Notebook from "./Notebook.svelte";
import { NotebookPage } from "./notebookPage.ts";
import { receivePorts, ShellPort } from "./port.ts";

// First of all, while no code but ours has run.
closeDoors(globalThis as unknown as Record<string, unknown>);
allowTemplateListeners();

const root = document.getElementById("frame");
if (root === null) throw new Error("frame.html has no element #frame to show the notebook in.");

const [shell, workshop] = await receivePorts();
const port = new ShellPort(shell, (message) => page.receive(message));
const page: NotebookPage = new NotebookPage(port, workshop);
mount(Notebook, { target: root, props: { session: page.session } });
port.send({ type: "ready" });
