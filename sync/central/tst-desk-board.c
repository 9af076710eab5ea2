/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-call.h"

#include "base/tst-error.h"
#include "central/tst-public-private.h"
#include "model/tst-calendar.h"
#include "record/tst-body.h"

/* What waits, and what is late, at a glance. */

#define LATE_HOURS 24
#define GROUPS_MAX 50

typedef struct
{
  TstDeskCall *call;
  gint64 late_hours;
} BoardTurn;

static gint64
late_hours (TstCentral *central)
{
  g_autoptr (JsonObject) town = tst_central_dup_town (central);
  JsonObject *desk = town ? tst_json_object (town, "desk") : NULL;

  return desk ? tst_json_int (desk, "late_hours", LATE_HOURS) : LATE_HOURS;
}

#define PENDING \
  " FROM item i LEFT JOIN contribution c ON c.id = i.id WHERE i.state = 'pending' AND (i.kind = 'evidence' OR (i.kind = 'contribution'" \
  " AND c.public_ok = 1))"

static void
put_group (JsonObject *one, TstStatement *row, gpointer data G_GNUC_UNUSED)
{
  json_object_set_string_member (one, "id", tst_statement_text (row, 0));
  json_object_set_string_member (one, "title", tst_statement_text (row, 1) ? tst_statement_text (row, 1) : "Sin nombre");
  json_object_set_int_member (one, "count", tst_statement_int (row, 2));
  tst_public_set_instant (one, "oldest", tst_statement_int (row, 3));
}

static gboolean
put_groups (TstStore *store, JsonObject *model, const char *member, const char *sql, GError **error)
{
  return tst_public_rows (store, model, member, put_group, NULL, error, sql, "");
}

/* Contributions that wait for an answer, by the colour of their due date. */
static gboolean
put_lights (TstStore *store, BoardTurn *turn, GError **error)
{
  static const char *const names[] = { "late", "red", "amber", "green" };
  gint64 counts[G_N_ELEMENTS (names)] = { 0 };
  JsonObject *lights = json_object_new ();
  gint64 without = 0;
  gboolean row = FALSE;

  json_object_set_object_member (turn->call->model, "lights", lights);
  {
    g_autoptr (TstStatement) list = tst_public_query (
      store, error,
      "SELECT due_on, count (*) FROM contribution WHERE answered_s IS NULL AND live_s IS NULL AND passed_s IS NULL AND state <> 'retirado'"
      " GROUP BY due_on",
      "");
    if (!list)
      return FALSE;
    for (;;)
      {
        const char *light = NULL;
        int left = 0;

        if (!tst_statement_step (list, &row, error))
          return FALSE;
        if (!row)
          break;
        light = tst_desk_light (turn->call, tst_statement_text (list, 0), &left);
        if (!light)
          without += tst_statement_int (list, 1);
        for (guint i = 0; light && i < G_N_ELEMENTS (names); i++)
          if (g_str_equal (names[i], light))
            counts[i] += tst_statement_int (list, 1);
      }
  }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    json_object_set_int_member (lights, names[i], counts[i]);
  json_object_set_int_member (lights, "without", without);
  return TRUE;
}

static gboolean
build (TstStore *store, gpointer data, GError **error)
{
  BoardTurn *turn = data;
  JsonObject *model = turn->call->model;
  gint64 pending = 0;
  gint64 late = 0;
  gint64 waiting = 0;

  if (!tst_public_count (store, &pending, error, "SELECT count (*)" PENDING, "")
      || !put_groups (store, model, "events",
                      "SELECT i.event, e.title, count (*), min (i.utc_s) FROM item i LEFT JOIN contribution c ON c.id = i.id"
                      " LEFT JOIN event e ON e.id = i.event WHERE i.state = 'pending' AND i.event IS NOT NULL AND (i.kind = 'evidence'"
                      " OR (i.kind = 'contribution' AND c.public_ok = 1)) GROUP BY i.event ORDER BY min (i.utc_s) LIMIT " G_STRINGIFY (GROUPS_MAX),
                      error)
      || !put_groups (store, model, "works",
                      "SELECT i.work, json_extract (w.content, '$.title'), count (*), min (i.utc_s) FROM item i LEFT JOIN contribution c"
                      " ON c.id = i.id LEFT JOIN work w ON w.code = i.work WHERE i.state = 'pending' AND i.work IS NOT NULL"
                      " AND (i.kind = 'evidence' OR (i.kind = 'contribution' AND c.public_ok = 1)) GROUP BY i.work"
                      " ORDER BY min (i.utc_s) LIMIT " G_STRINGIFY (GROUPS_MAX),
                      error)
      || !put_lights (store, turn, error)
      || !tst_public_count (store, &late, error,
                            "SELECT count (*) FROM contribution c JOIN leaf l ON l.id = c.id WHERE c.answered_s IS NULL AND c.state <> 'retirado'"
                            " AND l.received_s - l.utc_s > ?1",
                            "i", turn->late_hours * 3600)
      || !tst_public_count (store, &waiting, error,
                            "SELECT count (*) FROM contribution WHERE radicado IS NULL AND state <> 'retirado'", ""))
    return FALSE;
  json_object_set_int_member (model, "pending", pending);
  json_object_set_int_member (model, "late", late);
  json_object_set_int_member (model, "late_hours", turn->late_hours);
  json_object_set_int_member (model, "unnumbered", waiting);
  return TRUE;
}

void
tst_desk_board (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;
  BoardTurn turn = { call, late_hours (call->desk->central) };

  if (!tst_store_read (tst_central_get_store (call->desk->central), build, &turn, &error))
    tst_desk_answer_error (call, error);
  else
    tst_desk_answer_page (call, 200, "mesa-tablero");
}
