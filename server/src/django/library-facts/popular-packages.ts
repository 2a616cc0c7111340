/** Models of popular packages, one file each. `test/oracle/library-facts` holds them against the packages. */
import type { LibraryModel } from "./library-model.ts";
import { actstream } from "./packages/actstream.ts";
import { allauth } from "./packages/allauth.ts";
import { auditlog } from "./packages/auditlog.ts";
import { axes } from "./packages/axes.ts";
import { cms } from "./packages/cms.ts";
import { djangoApscheduler } from "./packages/django-apscheduler.ts";
import { djangoCeleryBeat } from "./packages/django-celery-beat.ts";
import { djangoCeleryResults } from "./packages/django-celery-results.ts";
import { djangoComments } from "./packages/django-comments.ts";
import { djangoExtensions } from "./packages/django-extensions.ts";
import { djangoLifecycle } from "./packages/django-lifecycle.ts";
import { djangoOtp } from "./packages/django-otp.ts";
import { djangoQ } from "./packages/django-q.ts";
import { djangoTenants } from "./packages/django-tenants.ts";
import { easyThumbnails } from "./packages/easy-thumbnails.ts";
import { filer } from "./packages/filer.ts";
import { guardian } from "./packages/guardian.ts";
import { hierarkey } from "./packages/hierarkey.ts";
import { invitations } from "./packages/invitations.ts";
import { knox } from "./packages/knox.ts";
import { modelUtils } from "./packages/model-utils.ts";
import { modelcluster } from "./packages/modelcluster.ts";
import { mptt } from "./packages/mptt.ts";
import { oauth2Provider } from "./packages/oauth2-provider.ts";
import { orderedModel } from "./packages/ordered-model.ts";
import { organizations } from "./packages/organizations.ts";
import { parler } from "./packages/parler.ts";
import { polymorphic } from "./packages/polymorphic.ts";
import { postOffice } from "./packages/post-office.ts";
import { psqlextra } from "./packages/psqlextra.ts";
import { pushNotifications } from "./packages/push-notifications.ts";
import { restFramework } from "./packages/rest-framework.ts";
import { restFrameworkApiKey } from "./packages/rest-framework-api-key.ts";
import { restFrameworkSimplejwt } from "./packages/rest-framework-simplejwt.ts";
import { reversion } from "./packages/reversion.ts";
import { safedelete } from "./packages/safedelete.ts";
import { silk } from "./packages/silk.ts";
import { socialDjango } from "./packages/social-django.ts";
import { solo } from "./packages/solo.ts";
import { sorl } from "./packages/sorl.ts";
import { taggit } from "./packages/taggit.ts";
import { treeQueries } from "./packages/tree-queries.ts";
import { treebeard } from "./packages/treebeard.ts";
import { viewflow } from "./packages/viewflow.ts";
import { waffle } from "./packages/waffle.ts";
import { wagtail } from "./packages/wagtail.ts";

export const popularPackages: readonly LibraryModel[] = [
  ...actstream,
  ...allauth,
  ...auditlog,
  ...axes,
  ...cms,
  ...djangoApscheduler,
  ...djangoCeleryBeat,
  ...djangoCeleryResults,
  ...djangoComments,
  ...djangoExtensions,
  ...djangoLifecycle,
  ...djangoOtp,
  ...djangoQ,
  ...djangoTenants,
  ...easyThumbnails,
  ...filer,
  ...guardian,
  ...hierarkey,
  ...invitations,
  ...knox,
  ...modelUtils,
  ...modelcluster,
  ...mptt,
  ...oauth2Provider,
  ...orderedModel,
  ...organizations,
  ...parler,
  ...polymorphic,
  ...postOffice,
  ...psqlextra,
  ...pushNotifications,
  ...restFrameworkApiKey,
  ...restFrameworkSimplejwt,
  ...restFramework,
  ...reversion,
  ...safedelete,
  ...silk,
  ...socialDjango,
  ...solo,
  ...sorl,
  ...taggit,
  ...treeQueries,
  ...treebeard,
  ...viewflow,
  ...waffle,
  ...wagtail,
];

/** Application labels that differ from the last part of the package's name. */
export const applicationLabels: ReadonlyMap<string, string> = new Map([
  ["viewflow", "viewflow_base"],
  ["viewflow.workflow", "viewflow"],
  ["wagtail", "wagtailcore"],
  ["wagtail.admin", "wagtailadmin"],
  ["wagtail.contrib.forms", "wagtailforms"],
  ["wagtail.contrib.redirects", "wagtailredirects"],
  ["wagtail.contrib.search_promotions", "wagtailsearchpromotions"],
  ["wagtail.contrib.settings", "wagtailsettings"],
  ["wagtail.core", "wagtailcore"],
  ["wagtail.documents", "wagtaildocs"],
  ["wagtail.embeds", "wagtailembeds"],
  ["wagtail.images", "wagtailimages"],
  ["wagtail.search", "wagtailsearch"],
  ["wagtail.sites", "wagtailsites"],
  ["wagtail.snippets", "wagtailsnippets"],
  ["wagtail.users", "wagtailusers"],
]);

/** Applications whose configuration asks for a class of implicit primary keys. */
const appsWithAutoField =
  "account actstream admin auditlog auth axes cms contenttypes django_celery_beat " +
  "django_celery_results django_comments django_q easy_thumbnails filer flatpages guardian " +
  "menus organizations otp_email otp_hotp otp_static otp_totp post_office push_notifications " +
  "redirects reversion silk sites socialaccount taggit waffle wagtailadmin wagtailcore " +
  "wagtaildocs wagtailembeds wagtailforms wagtailimages wagtailredirects wagtailsearch " +
  "wagtailsearchpromotions wagtailusers";
const appsWithBigAutoField = "invitations mfa social_django token_blacklist usersessions viewflow";

/** `AppConfig.default_auto_field` of library applications, by label. */
export const autoFields: ReadonlyMap<string, string> = new Map([
  ...appsWithAutoField.split(" ").map((label) => [label, "AutoField"] as const),
  ...appsWithBigAutoField.split(" ").map((label) => [label, "BigAutoField"] as const),
]);
