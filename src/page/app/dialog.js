// @ts-check
// A modal dialog that exists only while it is open.

import { button, element } from "./element.js";

/**
 * @param {string} title
 * @param {Node[]} content
 * @param {{ text: string, className: string, run: () => void }[]} actions beside "Close"
 */
export function openDialog(title, content, actions) {
  const heading = element("h2", { id: "dialog-title" }, title);
  const close = button(actions.length === 0 ? "Close" : "Cancel", () => dialog.close());
  const choices = actions.map(({ text, className, run }) =>
    button(
      text,
      () => {
        dialog.close();
        run();
      },
      className,
    ),
  );
  const dialog = element(
    "dialog",
    { "aria-labelledby": "dialog-title" },
    element(
      "div",
      { class: "dialog-form" },
      heading,
      ...content,
      element("div", { class: "dialog-actions" }, close, ...choices),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
