import type { Finding } from "../../server/src/rules/finding.ts";
import { type Files, finding, place } from "./fake-analysis.ts";

export const views = `from shop.models import Project

def dashboard(request):
    projects = Project.objects.all()
    for project in projects:
        print(project.owner, project.tasks.all())
`;

/** A queryset whose rows are read in two ways: by a loop beside it and by a serializer elsewhere. */
export function twoReads(files: Files): Finding {
  return finding({
    code: "QS109",
    at: place(files, "shop/views.py", "Project.objects.all()"),
    accesses: [
      { at: place(files, "shop/views.py", "project.owner"), code: "QS101", path: "owner" },
      { at: place(files, "shop/api.py", "owner = UserSerializer()"), code: "QS109", path: "team" },
    ],
  });
}

export const twoFiles: Files = {
  "shop/views.py": views,
  "shop/api.py": "class ProjectSerializer:\n    owner = UserSerializer()\n",
};
