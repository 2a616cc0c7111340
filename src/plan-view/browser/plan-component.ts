import { Plan } from "pev2";
import { type Component, defineComponent, h, type ShallowRef, shallowRef, type VNode, watch } from "vue";
import type {
  MessageToExtension,
  PlanHotspot,
  PlanView,
  PlanViewLabels,
  PlanViewStatement,
} from "../messages.ts";
import { labelDiagram } from "./diagram-labels.ts";

/** All that the page shows; empty until there is something. */
export function planComponent(
  view: ShallowRef<PlanView | undefined>,
  send: (message: MessageToExtension) => void,
): Component {
  return defineComponent(() => {
    const chosen = shallowRef(0);
    watch(view, () => {
      chosen.value = 0;
    });
    return () => {
      const shown = view.value;
      const statement = shown?.statements[chosen.value];
      if (shown === undefined || statement === undefined) return undefined;
      const { labels, place, statements } = shown;
      return h("main", [
        h("h1", `${labels.title} ${place}`),
        statements.length > 1 ? statementChoice(statements, chosen, labels) : undefined,
        h("p", `${statement.analyzed ? labels.measured : labels.estimated} ${statement.server}`),
        hotspotList(statement, labels, send),
        diagram(statement, chosen.value, labels),
        h("section", { "aria-labelledby": "tree-heading" }, [
          h("h2", { id: "tree-heading", tabindex: -1 }, labels.tree),
          h("pre", { tabindex: 0 }, statement.tree),
        ]),
        h("section", { "aria-labelledby": "sql-heading" }, [
          h("h2", { id: "sql-heading" }, "SQL"),
          h("pre", { tabindex: 0 }, statement.sql),
        ]),
      ]);
    };
  });
}

function statementChoice(
  statements: readonly PlanViewStatement[],
  chosen: ShallowRef<number>,
  { statement }: PlanViewLabels,
): VNode {
  return h("label", { class: "statement" }, [
    `${statement} `,
    h(
      "select",
      {
        value: chosen.value,
        onChange: (event: Event) => {
          if (event.target instanceof HTMLSelectElement) chosen.value = Number(event.target.value);
        },
      },
      statements.map(({ name }, index) => h("option", { value: index }, name)),
    ),
  ]);
}

function hotspotList(
  { hotspots }: PlanViewStatement,
  labels: PlanViewLabels,
  send: (message: MessageToExtension) => void,
): VNode | undefined {
  if (hotspots.length === 0) return undefined;
  return h("section", { "aria-labelledby": "hotspots-heading" }, [
    h("h2", { id: "hotspots-heading" }, labels.hotspots),
    h(
      "ol",
      hotspots.map((hotspot) => h("li", hotspotParts(hotspot, labels, send))),
    ),
  ]);
}

function hotspotParts(
  { node, share, message, rule, line, column }: PlanHotspot,
  { goToLine, openRule }: PlanViewLabels,
  send: (message: MessageToExtension) => void,
): (VNode | string)[] {
  const button = (text: string, label: string, onClick: () => void) =>
    h("button", { type: "button", class: "link", "aria-label": label, onClick }, text);
  return [
    h("strong", `${Math.round(share * 100)} %`),
    " ",
    h("code", node),
    ` ${message} `,
    button(`:${line}`, `${goToLine} ${line}`, () => send({ kind: "goTo", line, column })),
    ...(rule === null
      ? []
      : [
          " ",
          button(rule.code, `${openRule} ${rule.code} ${rule.name}`, () =>
            send({ kind: "openRule", rule: rule.name }),
          ),
        ]),
  ];
}

/** For those who see it; what it says stands in the tree as well, to which a link leads past it. */
function diagram({ plan, sql }: PlanViewStatement, key: number, labels: PlanViewLabels): VNode {
  return h("section", { "aria-labelledby": "diagram-heading" }, [
    h("h2", { id: "diagram-heading" }, labels.diagram),
    h("a", { href: "#tree-heading", class: "skip" }, labels.skipDiagram),
    h(
      "div",
      {
        class: "diagram",
        onVnodeMounted: ({ el }) => {
          if (el instanceof Element) labelDiagram(el, labels.share);
        },
      },
      [h(Plan, { key: `${key} ${sql}`, planSource: JSON.stringify([plan]), planQuery: sql })],
    ),
  ]);
}
