/** What the report says, section by section. */
import type { AuditReport } from "../report.ts";
import { doubtfulSection, liveSection, methodSection, snippetSection, trendSection } from "./appendix.ts";
import {
  cacheSection,
  filesSection,
  processSection,
  queueSection,
  requestSection,
  settingsSection,
} from "./architecture.ts";
import { costSection, rewriteSection, sizingSection } from "./costs.ts";
import type { Document } from "./document.ts";
import { hotSpotSection, indexSection, quickWinSection } from "./queries.ts";
import { introduction, stageSection, summarySection, taskSection } from "./roadmap.ts";

export function createDocument(report: AuditReport): Document {
  return {
    title: `Scaling report of ${report.project.name}`,
    introduction: introduction(report),
    sections: [
      summarySection(report),
      ...trendSection(report),
      stageSection(report),
      taskSection(report),
      quickWinSection(report),
      hotSpotSection(report),
      indexSection(report),
      requestSection(report),
      cacheSection(report),
      filesSection(report),
      settingsSection(report),
      queueSection(report),
      processSection(report),
      liveSection(report),
      costSection(report),
      sizingSection(report),
      rewriteSection(report),
      ...snippetSection(report),
      ...doubtfulSection(report),
      methodSection(report),
    ],
  };
}
