/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-call.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-catalogue.h"
#include "central/tst-projection-private.h"
#include "central/tst-public-private.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* The agenda that the tablets find: visits and other events that the town announces. Each step is an import of one event, as "event import" makes it. */

#define COMING_MAX 200
#define DAY_S (24 * 60 * 60)

static void
put_event (JsonObject *one, TstStatement *row, gpointer data)
{
  const char *type = tst_statement_text (row, 1);
  const char *work = tst_statement_text (row, 3);

  json_object_set_string_member (one, "id", tst_statement_text (row, 0));
  json_object_set_string_member (one, "type_label", type && tst_code_is_valid (TST_LIST_EVENT_TYPE, type) ? tst_code_label (TST_LIST_EVENT_TYPE, type, "es") : "Espacio");
  json_object_set_string_member (one, "title", tst_statement_text (row, 2));
  tst_public_set_instant (one, "starts_at", tst_statement_int (row, 5));
  if (tst_statement_int (row, 6) > 0)
    tst_public_set_instant (one, "ends_at", tst_statement_int (row, 6));
  json_object_set_boolean_member (one, "closed", tst_statement_int (row, 7) != 0);
  if (work && tst_statement_text (row, 4))
    {
      JsonObject *named = json_object_new ();

      json_object_set_string_member (named, "code", work);
      json_object_set_string_member (named, "title", tst_statement_text (row, 4));
      json_object_set_object_member (one, "work", named);
    }
}

static gboolean
build (TstStore *store, gpointer data, GError **error)
{
  TstDeskCall *call = data;
  guint n = 0;
  const TstCode *codes = tst_code_list (TST_LIST_EVENT_TYPE, &n);
  JsonArray *types = json_array_new ();
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_utc (call->now_s);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (today, call->desk->zone);
  g_autofree char *day = g_date_time_format (local, "%F");

  for (guint i = 0; i < n; i++)
    {
      JsonObject *one = json_object_new ();

      json_object_set_string_member (one, "value", codes[i].code);
      json_object_set_string_member (one, "label", codes[i].es);
      json_object_set_boolean_member (one, "selected", g_str_equal (codes[i].code, "visita_obra"));
      json_array_add_object_element (types, one);
    }
  json_object_set_array_member (call->model, "types", types);
  json_object_set_string_member (call->model, "today", day);
  return tst_public_rows (store, call->model, "events", put_event, NULL, error,
                          "SELECT e.id, e.type, e.title, e.work, json_extract (w.content, '$.title'), e.starts_s, e.ends_s, e.closed FROM event e"
                          " LEFT JOIN work w ON w.code = e.work AND w.gone = 0 WHERE e.assigned = 1 AND coalesce (e.ends_s, e.starts_s + ?2) >= ?1"
                          " ORDER BY e.starts_s, e.id LIMIT " G_STRINGIFY (COMING_MAX),
                          "ii", call->now_s, (gint64) DAY_S);
}

void
tst_desk_agenda (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;

  if (!tst_store_read (tst_central_get_store (call->desk->central), build, call, &error))
    tst_desk_answer_error (call, error);
  else
    tst_desk_answer_page (call, 200, "mesa-agenda");
}

/* Day and hour of the town; NULL when either is none. */
static char *
instant_of (TstDeskCall *call, const char *day, const char *hour)
{
  g_autofree char *text = day && hour && strlen (day) == 10 && strlen (hour) >= 5 ? g_strdup_printf ("%sT%.5s:00", day, hour) : NULL;
  g_autoptr (GDateTime) when = text ? g_date_time_new_from_iso8601 (text, call->desk->zone) : NULL;

  return when ? tst_time_format (g_date_time_to_unix (when)) : NULL;
}

typedef struct
{
  const char *code;
  gint64 n;
} WorkTurn;

static gboolean
has_work (TstStore *store, gpointer data, GError **error)
{
  WorkTurn *turn = data;

  return tst_public_count (store, &turn->n, error, "SELECT count (*) FROM work WHERE gone = 0 AND code = ?1", "s", turn->code);
}

static JsonObject *
read_form (TstDeskCall *call, GError **error)
{
  g_autoptr (JsonObject) event = json_object_new ();
  const char *title = tst_desk_field (call, "titulo");
  const char *type = tst_desk_field (call, "tipo");
  const char *ends = tst_desk_field (call, "hasta");
  const char *day = tst_desk_field (call, "dia");
  g_autofree char *work = g_strstrip (g_strdup (tst_desk_field (call, "obra") ? tst_desk_field (call, "obra") : ""));
  g_autofree char *starts_at = instant_of (call, day, tst_desk_field (call, "desde"));
  g_autofree char *ends_at = ends && *ends ? instant_of (call, day, ends) : NULL;
  WorkTurn turn = { work, 0 };

  if (!title || !*title || strlen (title) > 400 || !type || !starts_at || (ends && *ends && !ends_at))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "An event needs a kind, a title, a day and an hour.");
      return NULL;
    }
  if (*work && !tst_store_read (tst_central_get_store (call->desk->central), has_work, &turn, error))
    return NULL;
  if (*work && turn.n == 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no such work.");
      return NULL;
    }
  json_object_set_string_member (event, "type", type);
  json_object_set_string_member (event, "title", title);
  if (*work)
    json_object_set_string_member (event, "work", work);
  json_object_set_string_member (event, "starts", starts_at);
  if (ends_at)
    json_object_set_string_member (event, "ends", ends_at);
  return g_steal_pointer (&event);
}

/* What the import takes is a file: one line of it. */
static gboolean
announce (TstCentral *central, JsonObject *event, GError **error)
{
  g_autofree char *path = g_build_filename (tst_central_get_folder (central), ".agenda-XXXXXX", NULL);
  g_autofree char *line = tst_json_write (event);
  TstCatalogueCounts counts = { 0 };
  int fd = g_mkstemp_full (path, O_WRONLY | O_CLOEXEC, 0600);
  gboolean ok = FALSE;

  if (fd < 0)
    {
      tst_error_set_errno (error, errno, "The event could not be written");
      return FALSE;
    }
  ok = tst_fs_write_all (fd, line, strlen (line), error);
  close (fd);
  ok = ok && tst_catalogue_import_events (central, path, NULL, NULL, &counts, NULL, error);
  g_unlink (path);
  if (ok && counts.added + counts.updated + counts.unchanged == 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The event was refused: its kind is not of the list, or it ends before it begins.");
      return FALSE;
    }
  return ok;
}

void
tst_desk_agenda_add (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) event = read_form (call, &error);

  if (event && announce (call->desk->central, event, &error))
    tst_desk_answer_done (call, "/mesa/agenda", "event");
  else
    tst_desk_answer_failed (call, "/mesa/agenda", error);
}
