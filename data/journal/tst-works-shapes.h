/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"
#include "model/tst-geometry.h"
#include "model/tst-work-index.h"

G_BEGIN_DECLS

/* A work that has more than a point, for the map. Counted, immutable, any thread. */
typedef struct
{
  char *code;
  char *status; /* "" where unknown */
  TstGeometry *geometry;
  TstBounds bounds;
} TstWorkShape;
TstWorkShape *tst_work_shape_new (const char *code, const char *status, const TstGeometry *geometry);
void tst_work_shape_free (TstWorkShape *self);

/* Lines and polygons of the works whose marker lies in @bounds (degrees): (element-type TstWorkShape) (transfer full). Looks at no more than @most works
 * in that area, so that the store is never held up for long: ask for small areas. The texts are taken apart on another thread; the
 * callback comes on the main context of the caller. */
void tst_field_book_load_shapes_async (TstFieldBook *self, const TstBounds *bounds, guint most, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *tst_field_book_load_shapes_finish (TstFieldBook *self, GAsyncResult *result, GError **error);
/* The blocking form, for worker threads and tests. */
GPtrArray *tst_field_book_load_shapes (TstFieldBook *self, const TstBounds *bounds, guint most, GError **error);

/* The work of @index (where in it: @at) that is nearest to a place, along its line or from the edge of its polygon, 0 inside; FALSE (@at and @metres
 * untouched) when none is within @within_m. Blocks on the store. */
gboolean tst_field_book_nearest_work (TstFieldBook *self, TstWorkIndex *index, double lat, double lon, double within_m, guint *at, double *metres);

G_END_DECLS
