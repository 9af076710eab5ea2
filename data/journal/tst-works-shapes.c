/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-works-shapes.h"

#include "model/tst-geo.h"

#include <math.h>

TstWorkShape *
tst_work_shape_new (const char *code, const char *status, const TstGeometry *geometry)
{
  TstWorkShape *self = g_new0 (TstWorkShape, 1);

  self->code = g_strdup (code);
  self->status = g_strdup (status != NULL ? status : "");
  self->geometry = tst_geometry_copy (geometry);
  self->bounds = tst_geometry_bounds (geometry);
  return self;
}

void
tst_work_shape_free (TstWorkShape *self)
{
  g_free (self->code);
  g_free (self->status);
  tst_geometry_free (self->geometry);
  g_free (self);
}

/* As it is stored; taken apart away from the store's thread. */
typedef struct
{
  char *code, *status, *wkt;
} Text;

static void
text_clear (gpointer data)
{
  Text *text = data;

  g_free (text->code);
  g_free (text->status);
  g_free (text->wkt);
}

typedef struct
{
  TstBounds bounds;
  guint most;
  GArray *texts;
} Reading;

static gboolean
read_shapes (TstStore *store, gpointer data, GError **error)
{
  Reading *reading = data;
  gboolean row;
  g_autoptr (TstStatement) statement
      = tst_store_prepare (store,
                           "SELECT code, status, content ->> '$.wkt' AS wkt FROM (SELECT code, status, content FROM work"
                           "  WHERE lat IS NOT NULL AND lat BETWEEN ?1 AND ?2 AND lon BETWEEN ?3 AND ?4 LIMIT ?5)"
                           " WHERE wkt IS NOT NULL",
                           error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_double (statement, 1, reading->bounds.south);
  tst_statement_bind_double (statement, 2, reading->bounds.north);
  tst_statement_bind_double (statement, 3, reading->bounds.west);
  tst_statement_bind_double (statement, 4, reading->bounds.east);
  tst_statement_bind_int (statement, 5, reading->most);
  for (;;)
    {
      Text text;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      text.code = g_strdup (tst_statement_text (statement, 0));
      text.status = g_strdup (tst_statement_text (statement, 1));
      text.wkt = g_strdup (tst_statement_text (statement, 2));
      g_array_append_val (reading->texts, text);
    }
}

GPtrArray *
tst_field_book_load_shapes (TstFieldBook *self, const TstBounds *bounds, guint most, GError **error)
{
  g_autoptr (GArray) texts = g_array_new (FALSE, FALSE, sizeof (Text));
  Reading reading = { *bounds, most, texts };
  GPtrArray *shapes;

  g_array_set_clear_func (texts, text_clear);
  if (!tst_store_read (tst_field_book_get_store (self), read_shapes, &reading, error))
    return NULL;
  shapes = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_work_shape_free);
  for (guint i = 0; i < texts->len; i++)
    {
      const Text *text = &g_array_index (texts, Text, i);
      /* One that cannot be read still has its point on the map. */
      g_autoptr (TstGeometry) geometry = tst_geometry_from_wkt (text->wkt, NULL);

      if (geometry != NULL && tst_geometry_is_valid (geometry))
        g_ptr_array_add (shapes, tst_work_shape_new (text->code, text->status, geometry));
    }
  return shapes;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Reading *reading = data;
  GError *error = NULL;
  GPtrArray *shapes = tst_field_book_load_shapes (source, &reading->bounds, reading->most, &error);

  if (shapes != NULL)
    g_task_return_pointer (task, shapes, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

void
tst_field_book_load_shapes_async (TstFieldBook *self, const TstBounds *bounds, guint most, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);

  g_task_set_source_tag (task, tst_field_book_load_shapes_async);
  reading->bounds = *bounds;
  reading->most = most;
  g_task_set_task_data (task, reading, g_free);
  g_task_run_in_thread (task, load_in_thread);
}

GPtrArray *
tst_field_book_load_shapes_finish (TstFieldBook *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- nearest --- */

/* How far a work's marker may stand from the end of its line, in degrees: some 5 km. */
#define REACH_DEG 0.05
#define MOST_SHAPES 2000

gboolean
tst_field_book_nearest_work (TstFieldBook *self, TstWorkIndex *index, double lat, double lon, double within_m, guint *at, double *metres)
{
  const TstBounds around = { lon - REACH_DEG, lat - REACH_DEG, lon + REACH_DEG, lat + REACH_DEG };
  const TstWorkFilter filter = { .near = TRUE, .lat = lat, .lon = lon };
  g_autoptr (GPtrArray) shapes = NULL;
  g_autoptr (GArray) found = NULL;
  gboolean is_near = FALSE;
  double best = within_m;
  guint one;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && index != NULL, FALSE);
  shapes = tst_field_book_load_shapes (self, &around, MOST_SHAPES, NULL);
  for (guint i = 0; shapes != NULL && i < shapes->len; i++)
    {
      const TstWorkShape *shape = shapes->pdata[i];
      const double away = tst_geometry_distance (shape->geometry, (TstPoint) { lon, lat });

      if (away <= best && tst_work_index_find (index, shape->code, &one))
        {
          best = away;
          *at = one;
          is_near = TRUE;
        }
    }
  found = tst_work_index_search (index, &filter);
  if (found->len > 0)
    {
      const TstWorkEntry first = tst_work_index_get (index, g_array_index (found, guint32, 0));
      const double away = isfinite (first.lat) ? tst_geo_distance (lat, lon, first.lat, first.lon) : G_MAXDOUBLE;

      if (away <= best)
        {
          best = away;
          *at = g_array_index (found, guint32, 0);
          is_near = TRUE;
        }
    }
  if (is_near)
    *metres = best;
  return is_near;
}
