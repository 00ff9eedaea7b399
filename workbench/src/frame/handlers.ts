/** What Observable's `html` writes for a listener until it puts the function there: `oninput=::3`. */
const PLACEHOLDER = /(\s)(on[a-z]+)(?==["']?::\d)/gi;

/**
 * Lets `html` and the inputs made with it have listeners under a policy without inline scripts. Their template is
 * parsed with `oninput="::3"` in it, which the browser takes for an inline script, refuses, and reports as an error,
 * although the function that replaces it is none. So the placeholder is parsed under a name that means nothing to
 * the browser, and setting a property of that name sets the listener.
 */
export function allowTemplateListeners(): void {
  const { get, set } = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML") ?? {};
  if (get === undefined || set === undefined) return;
  Object.defineProperty(HTMLTemplateElement.prototype, "innerHTML", {
    configurable: true,
    get,
    set(html: string) {
      set.call(this, String(html).replace(PLACEHOLDER, "$1x-$2"));
    },
  });
  for (const name of Object.keys(HTMLElement.prototype).filter((key) => key.startsWith("on"))) {
    Object.defineProperty(HTMLElement.prototype, `x-${name}`, {
      configurable: true,
      set(this: HTMLElement, listener: unknown) {
        Reflect.set(this, name, listener);
      },
    });
  }
}
