/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-visit-gaps.h"

#include "model/tst-code-lists.h"
#include "model/tst-visit-form.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

static guint
length (JsonObject *summary, const char *name)
{
  JsonArray *array = tst_json_array (summary, name);

  return array != NULL ? json_array_get_length (array) : 0;
}

static JsonObject *
element (JsonObject *summary, const char *name, guint i)
{
  return json_array_get_object_element (tst_json_array (summary, name), i);
}

static JsonObject *
answers_of (JsonObject *summary)
{
  JsonObject *check = tst_json_object (summary, "check");

  return check != NULL ? tst_json_object (check, "answers") : NULL;
}

static guint
photos_with (JsonObject *summary, const char *member, const char *value)
{
  guint n = 0;

  for (guint i = 0; i < length (summary, "photos"); i++)
    if (g_strcmp0 (tst_json_string (element (summary, "photos", i), member), value) == 0)
      n++;
  return n;
}

gboolean
tst_visit_needs_cause (double programmed_pct, double observed_pct)
{
  return isfinite (programmed_pct) && isfinite (observed_pct) && fabs (observed_pct - programmed_pct) > TST_VISIT_DEVIATION_PTS;
}

static void
add (GArray *gaps, TstVisitPart part, TstVisitGapKind kind, guint n, const char *id, const char *text)
{
  TstVisitGap gap = { part, kind, n, id, text };

  g_array_append_val (gaps, gap);
}

static void
add_photos (GArray *gaps, JsonObject *summary)
{
  JsonObject *answers = answers_of (summary);
  gint64 fronts = answers != NULL ? tst_json_int (answers, "frentes", 0) : 0;
  guint of_fronts = photos_with (summary, "need", "frente");

  if (photos_with (summary, "need", "general") == 0)
    add (gaps, TST_PART_PHOTOS, TST_GAP_PHOTO_GENERAL, 1, NULL, NULL);
  if (answers != NULL && tst_json_bool (answers, "valla", FALSE) && photos_with (summary, "need", "valla") == 0)
    add (gaps, TST_PART_PHOTOS, TST_GAP_PHOTO_SIGN, 1, NULL, NULL);
  if (fronts > of_fronts)
    add (gaps, TST_PART_PHOTOS, TST_GAP_PHOTO_FRONTS, (guint) (fronts - of_fronts), NULL, NULL);
  for (guint i = 0; i < length (summary, "viewpoints"); i++)
    {
      JsonObject *viewpoint = element (summary, "viewpoints", i);
      const char *id = tst_json_string (viewpoint, "id");

      /* One that was made in this very visit has its picture. */
      if (photos_with (summary, "viewpoint", id) == 0 && photos_with (summary, "id", tst_json_string (viewpoint, "photo")) == 0)
        add (gaps, TST_PART_PHOTOS, TST_GAP_PHOTO_VIEWPOINT, 1, id, tst_json_string (viewpoint, "name"));
    }
}

static void
add_progress (GArray *gaps, JsonObject *summary)
{
  JsonObject *progress = tst_json_object (summary, "progress");

  if (progress == NULL)
    add (gaps, TST_PART_PROGRESS, TST_GAP_PROGRESS, 1, NULL, NULL);
  else if (tst_visit_needs_cause (tst_json_double (progress, "programmed_pct", NAN), tst_json_double (progress, "observed_pct", NAN))
           && tst_json_string (progress, "cause") == NULL)
    add (gaps, TST_PART_PROGRESS, TST_GAP_CAUSE, 1, NULL, NULL);
}

static void
add_signatures (GArray *gaps, JsonObject *summary)
{
  guint n_roles;
  const TstCode *roles = tst_code_list (TST_LIST_VISIT_ROLE, &n_roles);

  for (guint r = 0; r < n_roles; r++)
    {
      gboolean found = FALSE;

      for (guint i = 0; i < length (summary, "signatures") && !found; i++)
        found = g_strcmp0 (tst_json_string (element (summary, "signatures", i), "role"), roles[r].code) == 0;
      if (!found)
        add (gaps, TST_PART_SIGNATURES, TST_GAP_SIGNATURE, 1, roles[r].code, NULL);
    }
}

GArray *
tst_visit_gaps (JsonObject *summary)
{
  GArray *gaps = g_array_new (FALSE, FALSE, sizeof (TstVisitGap));
  guint n_questions;
  guint answered = tst_visit_form_answered (answers_of (summary));

  tst_visit_form (&n_questions);
  add_photos (gaps, summary);
  add_progress (gaps, summary);
  if (length (summary, "findings") == 0)
    add (gaps, TST_PART_FINDINGS, TST_GAP_FINDINGS, 1, NULL, NULL);
  if (length (summary, "commitments") + length (summary, "closed") == 0)
    add (gaps, TST_PART_COMMITMENTS, TST_GAP_COMMITMENTS, 1, NULL, NULL);
  add_signatures (gaps, summary);
  if (answered < n_questions)
    add (gaps, TST_PART_CHECK, TST_GAP_CHECK, n_questions - answered, NULL, NULL);
  return gaps;
}

guint
tst_visit_count (JsonObject *summary, TstVisitPart part)
{
  switch (part)
    {
    case TST_PART_PHOTOS:
      return length (summary, "photos");
    case TST_PART_PROGRESS:
      return tst_json_object (summary, "progress") != NULL;
    case TST_PART_FINDINGS:
      return length (summary, "findings");
    case TST_PART_COMMITMENTS:
      return length (summary, "commitments") + length (summary, "closed");
    case TST_PART_SIGNATURES:
      return length (summary, "signatures");
    case TST_PART_CHECK:
      return tst_visit_form_answered (answers_of (summary));
    case TST_PART_N_PARTS:
    default:
      g_assert_not_reached ();
    }
}

gboolean
tst_visit_is_complete (JsonObject *summary, TstVisitPart part)
{
  g_autoptr (GArray) gaps = tst_visit_gaps (summary);

  if (tst_visit_count (summary, part) == 0)
    return FALSE;
  for (guint i = 0; i < gaps->len; i++)
    if (g_array_index (gaps, TstVisitGap, i).part == part)
      return FALSE;
  return TRUE;
}
