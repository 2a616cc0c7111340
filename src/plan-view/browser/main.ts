/** The page of the plan view, in the webview's browser. It is a picture of what the extension sends. */
import "./font-awesome.ts";
import { createApp, shallowRef } from "vue";
import type { MessageToExtension, MessageToPage, PlanView } from "../messages.ts";
import { planComponent } from "./plan-component.ts";
import { followTheme } from "./theme.ts";

declare function acquireVsCodeApi(): { postMessage(message: MessageToExtension): void };

const editor = acquireVsCodeApi();
const view = shallowRef<PlanView>();

window.addEventListener("message", ({ data }: MessageEvent<MessageToPage>) => {
  if (data.kind !== "show") return;
  view.value = data.view;
  document.documentElement.lang = data.view.labels.language;
});
followTheme();
createApp(planComponent(view, (message) => editor.postMessage(message))).mount("#plan-view");
editor.postMessage({ kind: "ready" });
