/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "record/tst-envelope.h"

G_BEGIN_DECLS

/* The bundle format of README.md § 4: records on the wire and on a memory stick. */

#define TST_BUNDLE_MAX_RECORDS 512
#define TST_BUNDLE_MAX_BYTES (8 * 1024 * 1024)
#define TST_BUNDLE_MIME "application/vnd.testigo.bundle"

typedef struct
{
  TstHash sha256;
  GBytes *bytes;
} TstBundlePart;

typedef struct
{
  GBytes *envelope;    /* bytes as they came, not yet parsed */
  GBytes *body;        /* (nullable) */
  gboolean body_sealed;
  GPtrArray *parts;    /* of TstBundlePart */
} TstBundleItem;
void tst_bundle_item_free (TstBundleItem *self);

/* Collects frames; the result shares no memory with what was added. */
typedef struct _TstBundleWriter TstBundleWriter;
TstBundleWriter *tst_bundle_writer_new (void);
void tst_bundle_writer_add_envelope (TstBundleWriter *self, GBytes *note);
void tst_bundle_writer_add_body (TstBundleWriter *self, GBytes *body, gboolean sealed);
void tst_bundle_writer_add_part (TstBundleWriter *self, const TstHash *sha256, GBytes *bytes);
gsize tst_bundle_writer_get_size (TstBundleWriter *self);
GBytes *tst_bundle_writer_finish (TstBundleWriter *self);
void tst_bundle_writer_free (TstBundleWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstBundleWriter, tst_bundle_writer_free)

/* Reads all frames; the items' bytes are slices of @bundle. A frame that runs past the end, an unknown frame or a size over the limits:
 * TST_ERROR_BAD_VALUE, and @items (of TstBundleItem) holds the whole records before it. */
gboolean tst_bundle_parse (GBytes *bundle, GPtrArray **items, GError **error);

G_END_DECLS
