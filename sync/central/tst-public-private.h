/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-public-routes.h"
#include "log/tst-checkpoint.h"
#include "model/tst-town.h"
#include "model/tst-work.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Inside the public routes. Models are ui/web/README.md's. */

#define TST_PUBLIC_STALE_DAYS 90
#define TST_PUBLIC_DAY (24 * 60 * 60)

typedef struct _TstPublicCache TstPublicCache;

struct _TstPublicRoutes
{
  TstCentral *central;
  TstPageRenderer *renderer;
  struct _TstHttpPool *pool;
  TstTown *town;            /* read once: the profile changes with a restart */
  JsonObject *town_model;
  JsonArray *areas;         /* of {"code", "name", "geometry"}, perhaps empty */
  double bbox[4];           /* west, south, east, north of the areas */
  GTimeZone *zone;
  char *vkey;
  gboolean is_static;       /* files are made for another server: nothing may ask central */
  char *base_url;           /* (nullable) of that server */
  gboolean moving_map;      /* the renderer has the library for it */
  struct _TstPublicGround *ground; /* (nullable) */

  TstPublicCache *cache;

  GMutex counting;          /* held while leaves are counted */
  GMutex lock;              /* guards what follows */
  GHashTable *buckets;      /* of client address to Bucket */
  struct _TstPublicCounts *counts; /* (nullable) the last */
};

/* One page on its way. */
typedef struct
{
  TstPublicRoutes *routes;
  const TstPublicRequest *request;
  const char *name;          /* (nullable) what the path names: a code, an id, a number */
  TstCheckpoint *checkpoint; /* (nullable) newest */
  gint64 now_s;
  struct _TstPublicCounts *counts; /* (nullable) for the ledger only */

  guint status;              /* out; 200 */
  const char *page;          /* out: the template */
  JsonObject *model;         /* out */
  gint64 gone_s;             /* out, for 410 */
  char *gone_reason;         /* out, for 410 */
  gboolean noindex;
} TstPublicCall;
/* --- what /libro counts --- */

typedef struct
{
  char *month; /* 2026-03, in the town's time */
  gint64 received, published, withheld, pending, retired, missing;
} TstPublicMonth;

typedef struct
{
  char *device, *chain;
  gint64 numbers; /* that came, each once */
  gint64 last_seq, last_utc_s, last_idx, missing, forks;
} TstPublicChain;

typedef struct _TstPublicCounts
{
  GPtrArray *months; /* of TstPublicMonth, newest first */
  GPtrArray *chains; /* of TstPublicChain */
  gint64 counted_us; /* monotonic */
  gint64 took_us;
} TstPublicCounts;
void tst_public_counts_unref (TstPublicCounts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstPublicCounts, tst_public_counts_unref)
/* Counts the leaves in many short turns of the store, one caller at a time; of a large log what was counted shortly before. Any thread but the
 * store's. */
TstPublicCounts *tst_public_count_leaves (TstPublicCall *call, GError **error);

/* On the store thread, in one turn. */
typedef gboolean (*TstPublicBuilder) (TstStore *store, TstPublicCall *call, GError **error);

/* --- queries --- */

/* Binds ?1, ?2, … from the arguments: 's' const char *, 'i' gint64, 'h' const TstHash *. */
TstStatement *tst_public_query (TstStore *store, GError **error, const char *sql, const char *types, ...);
/* Puts the rows of @sql into a new array @member of @model, one object for each, filled in by @put. */
typedef void (*TstPublicRow) (JsonObject *one, TstStatement *row, gpointer data);
gboolean tst_public_rows (TstStore *store, JsonObject *model, const char *member, TstPublicRow put, gpointer data, GError **error,
                          const char *sql, const char *types, ...);
gboolean tst_public_count (TstStore *store, gint64 *count, GError **error, const char *sql, const char *types, ...);

typedef struct
{
  char *id, *kind, *type, *work, *event;
  gint64 taken_s, decided_s;
  JsonObject *shown;
} TstPublicItem;
void tst_public_item_free (TstPublicItem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstPublicItem, tst_public_item_free)
#define TST_PUBLIC_ITEM_COLUMNS "i.id, i.kind, i.type, i.work, i.event, i.taken_s, i.decided_s, i.shown"
/* All rows of a statement that selects TST_PUBLIC_ITEM_COLUMNS: (element-type TstPublicItem). */
GPtrArray *tst_public_items (TstStatement *statement, GError **error);

/* "WHERE …" with its values; a clause with a value has one "?", bound as text. Clauses are ours, values anybody's. */
typedef struct
{
  GString *where;
  GPtrArray *values;
} TstPublicFilter;
void tst_public_filter_init (TstPublicFilter *filter, const char *base);
void tst_public_filter_clear (TstPublicFilter *filter);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TstPublicFilter, tst_public_filter_clear)
void tst_public_filter_add (TstPublicFilter *filter, const char *clause, const char *value); /* @value: (nullable) */
void tst_public_filter_add_int (TstPublicFilter *filter, const char *clause, gint64 value);  /* for "CAST (? AS INTEGER)" */
TstStatement *tst_public_filter_query (TstStore *store, const TstPublicFilter *filter, const char *columns, const char *from,
                                       const char *rest, GError **error);
gboolean tst_public_filter_count (TstStore *store, const TstPublicFilter *filter, const char *from, gint64 *total, GError **error);

/* --- shapes --- */

void tst_public_set_instant (JsonObject *object, const char *name, gint64 seconds);
void tst_public_set_day (TstPublicCall *call, JsonObject *object, const char *name, gint64 seconds);
void tst_public_set_text (JsonObject *object, const char *name, const char *text); /* leaves NULL and "" out */
void tst_public_set_number (JsonObject *object, const char *name, double value);   /* leaves NAN out */
void tst_public_set_pesos (JsonObject *object, const char *name, double value);
const char *tst_public_param (const TstPublicCall *call, const char *name); /* NULL when absent or empty */
/* Path of this page with its known parameters; @page 0 leaves the page number out. */
char *tst_public_self (const TstPublicCall *call, guint page);
/* Reads "pagina", clamps it, fills "paging" in the model; gives the offset. */
guint tst_public_paging (TstPublicCall *call, gint64 total, guint size);

/* The comuna's code that a work's text means, or NULL; and its words for a card. */
const char *tst_public_comuna (TstPublicRoutes *routes, const char *text);
char *tst_public_place_label (TstPublicRoutes *routes, const char *comuna);
/* SQL text list of all values in work.comuna that mean @code, such as "'04','Guayacanes'"; never empty. */
char *tst_public_comuna_values (TstStore *store, TstPublicRoutes *routes, const char *code, GError **error);

JsonObject *tst_public_picture (TstStore *store, const TstPublicItem *item, GError **error); /* NULL without error: none */
JsonObject *tst_public_evidence_card (TstStore *store, TstPublicCall *call, const TstPublicItem *item, GError **error);
JsonArray *tst_public_evidence_cards (TstStore *store, TstPublicCall *call, GPtrArray *items, GError **error);
TstWork *tst_public_load_work (TstStore *store, const char *code, GError **error); /* NULL without error: none */
JsonObject *tst_public_work_card (TstStore *store, TstPublicCall *call, const TstWork *work, GError **error);
/* Of a statement that selects work.content. */
JsonArray *tst_public_work_cards (TstStore *store, TstPublicCall *call, TstStatement *statement, GError **error);
/* The town's areas with counts, and a point when @point is not NULL (taken over). */
JsonObject *tst_public_map (TstStore *store, TstPublicCall *call, JsonObject *point, gboolean counts, GError **error);
JsonObject *tst_public_point (double lat, double lon);
JsonObject *tst_public_log_model (TstStore *store, TstPublicCall *call, GError **error);
JsonObject *tst_public_contribution (TstPublicCall *call, TstStatement *row);
#define TST_PUBLIC_CONTRIBUTION_COLUMNS \
  "c.number, c.class, c.received_s, c.due_on, c.state, c.radicado, c.answer, c.answered_s, c.public_ok, i.state, i.shown, c.work"
/* A GeoJSON Feature of an item, at its place; @picture: (nullable). */
JsonObject *tst_public_item_feature (const char *base_url, const TstPublicItem *item, JsonObject *picture);
JsonArray *tst_public_comuna_options (TstPublicCall *call, const char *selected);
JsonArray *tst_public_code_options (TstCodeList list, const char *selected);
/* Seconds at the beginning of a day of the town, "2026-03-27"; @end: of the next one. */
gboolean tst_public_day_start (TstPublicCall *call, const char *text, gboolean end, gint64 *seconds);
JsonObject *tst_public_option (const char *value, const char *label, gint64 count, gboolean selected);
const char *tst_public_kind_label (const char *type);

/* SQL: a work whose stage asks for evidence, and that has none since @since. */
#define TST_PUBLIC_IS_STALE_SINCE(since) \
  "w.gone = 0 AND w.status IN ('en_ejecucion', 'suspendida', 'inconclusa') AND NOT EXISTS" \
  " (SELECT 1 FROM item i WHERE i.work = w.code AND i.state = 'published' AND i.taken_s >= " since " AND i.kind = 'evidence')"
#define TST_PUBLIC_IS_STALE TST_PUBLIC_IS_STALE_SINCE ("?1")
/* SQL: what a person looks at, among item i; what a visit writes down besides stands on the pages of the work and the event. */
#define TST_PUBLIC_IN_GALLERY "i.kind = 'evidence' AND i.type IN ('photo', 'video', 'audio', 'document', 'note', 'finding')"
/* SQL: an event that the city announced itself, or of which something was published; of others not even the title is told. */
#define TST_PUBLIC_EVENT_IS_PUBLIC \
  "(e.assigned = 1 OR EXISTS (SELECT 1 FROM item p WHERE p.event = e.id AND p.state = 'published'))"
/* SQL: codes of works that were visited before a camera that was on the air. */
#define TST_PUBLIC_LIVE_WORKS \
  "SELECT i.work FROM item i WHERE i.state = 'published' AND i.type = 'moment' AND i.work IS NOT NULL"

/* --- builders --- */

gboolean tst_public_build_start (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_works (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_work (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_gallery (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_evidence (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_verify (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_ledger (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_contribution (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_contribution_search (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_events (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_event (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_surveys (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_embedded_map (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_embedded_work (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_data (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_help (TstStore *store, TstPublicCall *call, GError **error);
gboolean tst_public_build_about (TstStore *store, TstPublicCall *call, GError **error);

/* Parts of a work's page, into the model. */
gboolean tst_public_put_curve (TstStore *store, TstPublicCall *call, const TstWork *work, GError **error);
gboolean tst_public_put_viewpoints (TstStore *store, TstPublicCall *call, const TstWork *work, GError **error);
gboolean tst_public_put_commitments (TstStore *store, TstPublicCall *call, const TstWork *work, GError **error);

/* --- answers that are no pages --- */

/* Is the item published? Else *@status is 404, or 410 with *@gone_s and *@reason when it was. On the store thread. */
typedef struct
{
  TstHash text_hash;
  guint64 idx;
  GBytes *note, *body;
  gboolean revealed;
  gint64 decided_s;
} TstPublicRecord;
gboolean tst_public_find_record (TstStore *store, TstPublicCall *call, TstPublicRecord *record, GError **error);
void tst_public_record_clear (TstPublicRecord *self);

/* Results of a questionnaire as CSV, "encuesta-CODE.csv"; NULL without error: no such form, or fewer than five answers. Any thread but the store's. */
GBytes *tst_public_survey_csv (TstPublicRoutes *routes, const char *code, GError **error);
/* Downloads: (transfer full). Any thread but the store's. */
GBytes *tst_public_download (TstPublicRoutes *routes, const char *name, const char **mime, GError **error);
GBytes *tst_public_feed (TstPublicRoutes *routes, GError **error);
/* A project package of all works, or of one: NULL without error when there is none of that code. */
GBytes *tst_public_oc4ids (TstPublicRoutes *routes, const char *only, GError **error);
GBytes *tst_public_catalogue (TstPublicRoutes *routes);
/* Signature, inclusion and derivative of a published item, checked anew. Any thread but the store's. */
gboolean tst_public_recheck (TstPublicRoutes *routes, const char *id);

/* --- answers (any thread but the store's; never NULL) --- */

TstPublicResponse *tst_public_answer_new (guint status);
/* @mime and @cache_control are copied. */
void tst_public_answer_set_body (TstPublicResponse *self, const char *mime, const char *cache_control, GBytes *body);
/* Validators, and 304 for whoever has it already. @modified_s: 0 when it is not known. */
void tst_public_answer_set_validators (TstPublicResponse *self, const TstPublicRequest *request, const char *etag, gint64 modified_s);
/* Other sites may show it in a frame. */
void tst_public_answer_may_be_embedded (TstPublicResponse *self);
/* @origins: (nullable): scripts and pictures of a page may come from these places too. */
void tst_public_answer_let_fetch (TstPublicResponse *self, const char *origins);
char *tst_public_etag (GBytes *body); /* strong, with its quotes */
TstPublicResponse *tst_public_answer_plain (guint status, const char *text);
TstPublicResponse *tst_public_answer_error (TstPublicCall *call, guint status, guint retry_s, const char *reference);
/* What went wrong goes to the operator's log, the stranger gets a reference to ask by. */
TstPublicResponse *tst_public_answer_failed (TstPublicCall *call, const GError *error);
/* Open data: other sites' programs may read it. */
TstPublicResponse *tst_public_answer_data (TstPublicCall *call, const char *mime, GBytes *body, gint64 modified_s);
TstPublicResponse *tst_public_answer_page (TstPublicCall *call, TstPublicBuilder builder, gboolean may_cache);
/* What was made a moment ago and is still good: never touches the store, so that the main loop may ask. NULL: none. */
TstPublicResponse *tst_public_answer_from_cache (TstPublicRoutes *self, const TstPublicRequest *request);
TstPublicResponse *tst_public_answer_evidence (TstPublicCall *call, const char *rest);
TstPublicResponse *tst_public_answer_picture (TstPublicCall *call, const char *rest);
TstPublicResponse *tst_public_answer_asset (TstPublicCall *call, const char *name);
TstPublicResponse *tst_public_answer_download (TstPublicCall *call, const char *name);
TstPublicResponse *tst_public_answer_feed (TstPublicCall *call);
TstPublicResponse *tst_public_answer_calendar (TstPublicCall *call);
/* A QR of an address of ours, as SVG. */
TstPublicResponse *tst_public_answer_qr (TstPublicCall *call, const char *path);
TstPublicResponse *tst_public_answer_ogc (TstPublicCall *call, const char *rest);
TstPublicResponse *tst_public_answer_sitemap (TstPublicCall *call);
TstPublicResponse *tst_public_answer_robots (TstPublicCall *call);
/* What the moving map must know: /mapa.json. */
TstPublicResponse *tst_public_answer_map (TstPublicCall *call);
/* What lies under the moving map, by town.json (@town: nullable): NULL when there is nothing. */
typedef struct _TstPublicGround TstPublicGround;
TstPublicGround *tst_public_ground_open (const char *folder, JsonObject *town);
void tst_public_ground_free (TstPublicGround *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstPublicGround, tst_public_ground_free)
/* (nullable): other places that the page must be let fetch from; @self: (nullable). */
const char *tst_public_ground_get_origins (TstPublicGround *self);
/* Adds the addresses of its tiles in @bbox, level by level as long as there are no more than @most; @self: (nullable). */
void tst_public_ground_list (TstPublicGround *self, const double bbox[4], guint most, GPtrArray *paths);
TstPublicResponse *tst_public_answer_ground (TstPublicCall *call, const char *rest);
TstPublicResponse *tst_public_answer_stac (TstPublicCall *call, const char *rest);
TstPublicResponse *tst_public_answer_tile (TstPublicCall *call, const char *rest);

/* Without a final slash. */
char *tst_public_dup_url (TstPublicRoutes *routes);
/* Town, page and time: what every model has. */
void tst_public_put_frame (TstPublicCall *call);
/* Runs @builder in one turn of the store. */
gboolean tst_public_build (TstPublicCall *call, TstPublicBuilder builder, GError **error);

/* Answers that were made, by address. @mime and @cache_control must be static. */
TstPublicCache *tst_public_cache_new (void);
void tst_public_cache_free (TstPublicCache *self);
/* NULL: not there, or no longer good. */
TstPublicResponse *tst_public_cache_lookup (TstPublicCache *self, const TstPublicRequest *request, const char *key, guint revision,
                                            gint64 now_s);
TstPublicResponse *tst_public_cache_keep (TstPublicCache *self, const TstPublicRequest *request, const char *key, guint revision,
                                          gint64 now_s, const char *mime, const char *cache_control, GBytes *body);
/* The last step of an answer: text and tiles go packed to whoever takes that (@accept_encoding: nullable), under an ETag of their own. What was
 * packed once is kept by its ETag. Any thread. */
void tst_public_cache_pack (TstPublicCache *self, TstPublicResponse *response, const char *accept_encoding);
/* The ETag of the packed form of what has @etag (quoted). */
#define TST_PUBLIC_PACKED "-gzip"
char *tst_public_packed_etag (const char *etag);

/* Undoes tst_public_routes_attach(), after the requests under way. */
void tst_public_routes_detach (TstPublicRoutes *self);

/* Takes a token of @client's bucket; FALSE with the seconds to wait. */
gboolean tst_public_take_token (TstPublicRoutes *routes, const char *client, guint *wait_s);
/* One household is one client: of an IPv6 address the first 64 bits. */
char *tst_public_client_key (const char *client);

G_END_DECLS
