/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-hash.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The content of a record: one line of JSON, salted so that its hash hides it, padded to a size class. Members:
 *
 *   "testigo": 1, "type": what it is ("photo", "attendance", "amend", …), "id": the envelope's id,
 *   … the content's own members …,
 *   "media":  [{"sha256": hex, "bytes": n, "type": mime, "origin": "camera|import", "role": "photo|catalogue|…"}],
 *   "sealed": [{"sha256": hex, "bytes": n, "for": "officer|intake", "what": "attendee|contact"}],
 *   "salt": base64 of 32 random bytes, "pad": spaces
 */

#define TST_BODY_MAX_SIZE (256 * 1024)

/* The size class that holds @size bytes: 1024, 2048, 4096, … doubling. */
gsize tst_size_class (gsize size);

/**
 * tst_body_write:
 * @content: all members but "testigo", "salt" and "pad"; "type" and "id" are required
 * @min_class: smallest size class to pad to (0: the smallest)
 *
 * Returns: (transfer full) (nullable): the exact bytes to hash, store and send; written once, never re-serialised.
 * NULL when they would be more than TST_BODY_MAX_SIZE.
 */
GBytes *tst_body_write (JsonObject *content, gsize min_class);

/* TST_ERROR_BAD_BODY unless it is such a body. */
JsonObject *tst_body_parse (GBytes *body, GError **error);

typedef struct
{
  TstHash sha256;
  guint64 bytes;
  char *type;    /* media: mime type; sealed: "for" */
  char *role;    /* media: "role"; sealed: "what" */
  char *origin;  /* media only: "camera" or "import" */
} TstPartRef;
void tst_part_ref_free (TstPartRef *self);

/* What the body names: (element-type TstPartRef), free with g_ptr_array_unref(). Checks hashes and sizes. */
GPtrArray *tst_body_get_media (JsonObject *body, GError **error);
GPtrArray *tst_body_get_sealed (JsonObject *body, GError **error);

/* JSON in and out for everyone: compact, UTF-8, one line. tst_json_parse_object() refuses trailing bytes, nesting
 * over 32 deep and duplicate members (TST_ERROR_BAD_JSON). */
char *tst_json_write (JsonObject *object);
JsonObject *tst_json_parse_object (const char *text, gssize length, GError **error);
/* Typed access without crashing on a wrong type: NULL or @fallback when absent or of another type. */
const char *tst_json_string (JsonObject *object, const char *name);
gint64 tst_json_int (JsonObject *object, const char *name, gint64 fallback);
double tst_json_double (JsonObject *object, const char *name, double fallback);
gboolean tst_json_bool (JsonObject *object, const char *name, gboolean fallback);
JsonObject *tst_json_object (JsonObject *object, const char *name); /* (transfer none) (nullable) */
JsonArray *tst_json_array (JsonObject *object, const char *name);   /* (transfer none) (nullable) */

G_END_DECLS
