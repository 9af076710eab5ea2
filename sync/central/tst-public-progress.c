/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "central/tst-visit-shapes.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

/* How a work comes along, from what its visits wrote down: the curve with its photographs, the same place compared over time, commitments
 * and what became of them. All of it from published items. */

#define POINTS 60
#define PHOTOS_A_POINT 3
#define VIEWPOINTS 12
#define COMMITMENTS 100

/* --- the curve --- */

/* Pictures of the same visit; of an observation outside of one, none. */
static JsonArray *
point_photos (TstStore *store, const char *id, GError **error)
{
  g_autoptr (JsonArray) photos = json_array_new ();
  g_autoptr (TstStatement) list = tst_public_query (
    store, error,
    "SELECT " TST_PUBLIC_ITEM_COLUMNS " FROM item v JOIN item i ON i.event = v.event AND i.work = v.work WHERE v.id = ?1"
    " AND i.state = 'published' AND i.type = 'photo' AND EXISTS (SELECT 1 FROM derivative d WHERE d.id = i.id)"
    " ORDER BY i.taken_s, i.id LIMIT ?2",
    "si", id, (gint64) PHOTOS_A_POINT);
  g_autoptr (GPtrArray) items = list ? tst_public_items (list, error) : NULL;

  for (guint i = 0; items && i < items->len; i++)
    {
      g_autoptr (GError) failed = NULL;
      const TstPublicItem *photo = g_ptr_array_index (items, i);
      JsonObject *picture = tst_public_picture (store, photo, &failed);
      JsonObject *one = NULL;

      if (failed)
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return NULL;
        }
      if (!picture)
        continue;
      one = json_object_new ();
      json_object_set_string_member (one, "id", photo->id);
      json_object_set_object_member (one, "picture", picture);
      json_array_add_object_element (photos, one);
    }
  return items ? g_steal_pointer (&photos) : NULL;
}

static JsonObject *
point_model (TstStore *store, TstPublicCall *call, JsonObject *progress, GError **error)
{
  static const char *const percentages[] = { "programmed_pct", "observed_pct", "financial_pct" };
  g_autoptr (JsonObject) point = json_object_new ();
  const char *id = tst_json_string (progress, "id");
  const char *label = tst_json_string (progress, "cause_label");
  const char *text = tst_json_string (progress, "cause_text");
  g_autofree char *href = g_strdup_printf ("/evidencia/%s", id);
  g_autofree char *cause = label && text ? g_strdup_printf ("%s. %s", label, text) : g_strdup (label ? label : text);
  JsonArray *photos = point_photos (store, id, error);

  if (!photos)
    return NULL;
  tst_public_set_day (call, point, "on", tst_json_int (progress, "at_s", 0));
  for (guint i = 0; i < G_N_ELEMENTS (percentages); i++)
    tst_public_set_number (point, percentages[i], tst_json_double (progress, percentages[i], NAN));
  json_object_set_string_member (point, "href", href);
  tst_public_set_text (point, "cause", cause);
  json_object_set_array_member (point, "photos", photos);
  return g_steal_pointer (&point);
}

/* What the catalogue says stands as a point too when no visit said something newer. */
static void
add_catalogue_point (JsonArray *points, const TstWork *work)
{
  guint n = json_array_get_length (points);
  const char *newest = n > 0 ? tst_json_string (json_array_get_object_element (points, n - 1), "on") : NULL;
  JsonObject *point = NULL;

  if (!work->pct_as_of || !isfinite (work->physical_observed_pct) || (newest && strcmp (newest, work->pct_as_of) >= 0))
    return;
  point = json_object_new ();
  json_object_set_string_member (point, "on", work->pct_as_of);
  tst_public_set_number (point, "programmed_pct", work->physical_planned_pct);
  tst_public_set_number (point, "observed_pct", work->physical_observed_pct);
  tst_public_set_number (point, "financial_pct", work->financial_pct);
  tst_public_set_text (point, "source", work->pct_source);
  json_object_set_array_member (point, "photos", json_array_new ());
  json_array_add_object_element (points, point);
}

static const char *
earlier (const char *a, const char *b)
{
  return !a || !*a ? b : !b || !*b ? a : strcmp (a, b) <= 0 ? a : b;
}

static const char *
later (const char *a, const char *b)
{
  return !a || !*a ? b : !b || !*b ? a : strcmp (a, b) >= 0 ? a : b;
}

gboolean
tst_public_put_curve (TstStore *store, TstPublicCall *call, const TstWork *work, GError **error)
{
  g_autoptr (JsonArray) points = json_array_new ();
  g_autoptr (JsonArray) progress = tst_visit_shape_progress (store, work->code, error);
  JsonObject *curve = NULL;
  const char *first = NULL;
  const char *last = NULL;
  guint n = progress ? json_array_get_length (progress) : 0;

  if (!progress)
    return FALSE;
  for (guint i = n > POINTS ? n - POINTS : 0; i < n; i++)
    {
      JsonObject *point = point_model (store, call, json_array_get_object_element (progress, i), error);

      if (!point)
        return FALSE;
      json_array_add_object_element (points, point);
    }
  add_catalogue_point (points, work);
  if (json_array_get_length (points) == 0)
    return TRUE;
  first = tst_json_string (json_array_get_object_element (points, 0), "on");
  last = tst_json_string (json_array_get_object_element (points, json_array_get_length (points) - 1), "on");
  curve = json_object_new ();
  json_object_set_string_member (curve, "from", earlier (work->start_actual ? work->start_actual : work->start_planned, first));
  json_object_set_string_member (curve, "to", later (work->end_actual ? work->end_actual : work->end_planned, last));
  tst_public_set_text (curve, "start", work->start_actual ? work->start_actual : work->start_planned);
  tst_public_set_text (curve, "due", work->end_planned);
  json_object_set_array_member (curve, "points", g_steal_pointer (&points));
  json_object_set_object_member (call->model, "curve", curve);
  return TRUE;
}

/* --- the same place over time --- */

static JsonObject *
card_of (TstStore *store, TstPublicCall *call, JsonObject *picture, GError **error)
{
  g_autoptr (TstStatement) find =
    tst_public_query (store, error, "SELECT " TST_PUBLIC_ITEM_COLUMNS " FROM item i WHERE i.id = ?1 AND i.state = 'published'", "s",
                      tst_json_string (picture, "id"));
  g_autoptr (GPtrArray) items = find ? tst_public_items (find, error) : NULL;

  if (!items || items->len == 0)
    return NULL;
  return tst_public_evidence_card (store, call, g_ptr_array_index (items, 0), error);
}

gboolean
tst_public_put_viewpoints (TstStore *store, TstPublicCall *call, const TstWork *work, GError **error)
{
  g_autoptr (JsonArray) list = json_array_new ();
  g_autoptr (JsonArray) shapes = tst_visit_shape_viewpoints (store, work->code, error);

  if (!shapes)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (shapes) && json_array_get_length (list) < VIEWPOINTS; i++)
    {
      JsonObject *shape = json_array_get_object_element (shapes, i);
      JsonArray *pictures = tst_json_array (shape, "pictures");
      guint n = pictures ? json_array_get_length (pictures) : 0;
      g_autoptr (GError) failed = NULL;
      g_autoptr (JsonObject) before = n > 1 ? card_of (store, call, json_array_get_object_element (pictures, 0), &failed) : NULL;
      g_autoptr (JsonObject) after = before ? card_of (store, call, json_array_get_object_element (pictures, n - 1), &failed) : NULL;
      JsonObject *model = NULL;

      if (failed)
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return FALSE;
        }
      if (!after || !json_object_has_member (before, "picture") || !json_object_has_member (after, "picture"))
        continue;
      model = json_object_new ();
      tst_public_set_text (model, "name", tst_json_string (shape, "name"));
      json_object_set_int_member (model, "count", n);
      json_object_set_object_member (model, "before", g_steal_pointer (&before));
      json_object_set_object_member (model, "after", g_steal_pointer (&after));
      json_array_add_object_element (list, model);
    }
  if (json_array_get_length (list) > 0)
    {
      JsonObject *viewpoints = json_object_new ();

      json_object_set_array_member (viewpoints, "items", g_steal_pointer (&list));
      json_object_set_object_member (call->model, "viewpoints", viewpoints);
    }
  return TRUE;
}

/* --- commitments --- */

static gboolean
put_closing (TstStore *store, TstPublicCall *call, JsonObject *closed, JsonObject *model, GError **error)
{
  const char *photo = tst_json_string (closed, "photo");
  gint64 shown = 0;

  tst_public_set_day (call, model, "done_on", tst_json_int (closed, "at_s", 0));
  tst_public_set_text (model, "done_text", tst_json_string (closed, "text"));
  if (photo
      && !tst_public_count (store, &shown, error, "SELECT count (*) FROM item WHERE id = ?1 AND state = 'published'", "s", photo))
    return FALSE;
  g_autofree char *href = g_strdup_printf ("/evidencia/%s", shown > 0 ? photo : tst_json_string (closed, "id"));
  json_object_set_string_member (model, "evidence_href", href);
  return TRUE;
}

static const char *
status_label (const char *status)
{
  static const char *const labels[][2] = {
    { "pendiente", "Pendiente" }, { "cumplido", "Cumplido" }, { "incumplido", "No se cumplió" }, { "vencido", "Vencido" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_str_equal (status, labels[i][0]))
      return labels[i][1];
  return "";
}

gboolean
tst_public_put_commitments (TstStore *store, TstPublicCall *call, const TstWork *work, GError **error)
{
  JsonArray *list = json_array_new ();
  g_autoptr (JsonObject) today = json_object_new ();
  g_autoptr (JsonArray) shapes = tst_visit_shape_commitments (store, work->code, error);

  json_object_set_array_member (call->model, "commitments", list);
  if (!shapes)
    return FALSE;
  tst_public_set_day (call, today, "on", call->now_s);
  for (guint i = 0; i < json_array_get_length (shapes) && i < COMMITMENTS; i++)
    {
      JsonObject *shape = json_array_get_object_element (shapes, i);
      JsonObject *closed = tst_json_object (shape, "closed");
      g_autoptr (JsonObject) model = json_object_new ();
      const char *due = tst_json_string (shape, "due_on");
      const char *status = tst_json_string (shape, "status");
      const char *text = tst_json_string (shape, "text");

      if (!closed)
        status = due && strcmp (due, json_object_get_string_member (today, "on")) < 0 ? "vencido" : "pendiente";
      else if (!put_closing (store, call, closed, model, error))
        return FALSE;
      json_object_set_string_member (model, "text", text ? text : "");
      tst_public_set_text (model, "responsible", tst_json_string (shape, "responsible"));
      tst_public_set_text (model, "due_on", due);
      json_object_set_string_member (model, "status", status);
      json_object_set_string_member (model, "status_label", status_label (status));
      json_array_add_object_element (list, g_steal_pointer (&model));
    }
  return TRUE;
}
