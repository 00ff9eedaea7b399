/** The part of jsdom that the tests use; the package brings no types. */
declare module "jsdom" {
  export class JSDOM {
    readonly window: { readonly DOMParser: typeof DOMParser; readonly document: Document };
  }
}
