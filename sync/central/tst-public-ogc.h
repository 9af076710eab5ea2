/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-public-private.h"
#include "report/tst-data-dictionary.h"

G_BEGIN_DECLS

/* Inside OGC API and STAC only. */

#define TST_OGC_CRS84 "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
#define TST_OGC_9377 "http://www.opengis.net/def/crs/EPSG/0/9377"
#define TST_OGC_LIMIT 100
#define TST_OGC_LIMIT_MAX 1000

/* What a request for features asks for, read and checked. */
typedef struct
{
  TstDataSet set;
  guint limit;
  gboolean has_bbox;
  TstBounds bbox;          /* degrees */
  gboolean to_9377;        /* geometries go out in EPSG:9377, northing first */
  gint64 from_s, to_s;     /* included; G_MININT64, G_MAXINT64: open */
  char from_on[11], to_on[11]; /* the same as civil dates, "" open */
  gboolean has_datetime;
  gboolean has_cursor;
  gint64 cursor_n;
  char *cursor_id;
  const char *only;        /* (nullable) one feature's id */
  GPtrArray *clauses, *values; /* properties: SQL and what it is compared with */
  GString *echo;           /* the parameters again, for the links: "&name=value…" without the cursor */
} TstOgcQuery;

void tst_ogc_query_clear (TstOgcQuery *self);
/* FALSE with what is wrong with the address, in Spanish, (transfer full): OGC wants 400 for a parameter that nobody knows. */
gboolean tst_ogc_query_read (TstOgcQuery *self, TstPublicCall *call, TstDataSet set, char **why);

/* One page of features, as JSON objects in CRS84. */
typedef struct
{
  GPtrArray *features;   /* (element-type JsonObject) */
  gint64 matched;        /* -1: not counted, since it was told on the first page */
  gint64 last_n;         /* where the next page goes on */
  char *last_id;
  gboolean more;
} TstOgcPage;
void tst_ogc_page_clear (TstOgcPage *self);
/* Any thread but the store's. */
gboolean tst_ogc_read_page (TstPublicRoutes *routes, const TstOgcQuery *query, TstOgcPage *page, GError **error);

/* Coordinates of a GeoJSON geometry, in place. */
void tst_ogc_to_9377 (JsonObject *geometry);

/* The parts that each answer is made of. */
void tst_ogc_add_link (JsonArray *links, const char *rel, const char *type, const char *title, const char *base, const char *path);
TstPublicResponse *tst_ogc_answer (TstPublicCall *call, const char *mime, JsonObject *object);

G_END_DECLS
