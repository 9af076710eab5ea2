/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-field-book-async.h"

#include "journal/tst-act-private.h"
#include "record/tst-body.h"

/* --- what gives an object --- */

/* Its address tells what any of them finishes. */
static char object_tag;

static void
run_close_event (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  act->answer = tst_field_book_close_event (self, act->id, error);
}

void
tst_field_book_close_event_async (TstFieldBook *self, const char *event_id, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_close_event);

  act->id = g_strdup (event_id);
  tst_act_push (self, act, &object_tag, cancellable, callback, user_data);
}

static void
look_at (TstFieldBook *self, TstActRun run, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run);

  act->id = g_strdup (id);
  tst_act_push_look (self, act, &object_tag, cancellable, callback, user_data);
}

static void
run_show_record (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  act->answer = tst_field_book_show_record (self, act->id, error);
}

void
tst_field_book_show_record_async (TstFieldBook *self, const char *record_id, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  look_at (self, run_show_record, record_id, cancellable, callback, user_data);
}

static void
run_verify_record (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  act->answer = tst_field_book_verify_record (self, act->id, cancellable, error);
}

void
tst_field_book_verify_record_async (TstFieldBook *self, const char *record_id, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  look_at (self, run_verify_record, record_id, cancellable, callback, user_data);
}

static void
run_visit_summary (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  act->answer = tst_field_book_visit_summary (self, act->id, error);
}

void
tst_field_book_visit_summary_async (TstFieldBook *self, const char *event_id, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  look_at (self, run_visit_summary, event_id, cancellable, callback, user_data);
}

static void
run_status (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  act->answer = tst_field_book_status (self, error);
}

void
tst_field_book_status_async (TstFieldBook *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  tst_act_push_look (self, tst_act_new (run_status), &object_tag, cancellable, callback, user_data);
}

static void
collect_refused (guint row, const char *code, const char *message, gpointer user_data)
{
  JsonObject *refused = json_object_new ();

  json_object_set_int_member (refused, "row", row);
  json_object_set_string_member (refused, "code", code);
  json_object_set_string_member (refused, "message", message);
  json_array_add_object_element (user_data, refused);
}

static void
run_import_works (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  JsonArray *refused = json_array_new ();
  JsonObject *answer = json_object_new ();
  TstImportCounts counts = { 0 };

  json_object_set_array_member (answer, "refused", refused);
  act->answer = answer;
  if (!tst_field_book_import_works (self, act->text, collect_refused, refused, &counts, cancellable, error))
    return;
  json_object_set_int_member (answer, "added", counts.added);
  json_object_set_int_member (answer, "updated", counts.updated);
  json_object_set_int_member (answer, "unchanged", counts.unchanged);
  json_object_set_int_member (answer, "rejected", counts.rejected);
}

void
tst_field_book_import_works_async (TstFieldBook *self, const char *path, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_import_works);

  act->text = g_strdup (path);
  tst_act_push (self, act, &object_tag, cancellable, callback, user_data);
}

static gboolean
collect_fault (JsonObject *fault, gpointer user_data)
{
  json_array_add_object_element (user_data, json_object_ref (fault));
  return TRUE;
}

static void
run_verify (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonArray) faults = json_array_new ();

  if (tst_field_book_verify (self, act->deep, collect_fault, faults, &act->answer, cancellable, error))
    json_object_set_array_member (act->answer, "list", g_steal_pointer (&faults));
}

void
tst_field_book_verify_async (TstFieldBook *self, gboolean deep, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  TstAct *act = tst_act_new (run_verify);

  act->deep = deep;
  tst_act_push_look (self, act, &object_tag, cancellable, callback, user_data);
}

JsonObject *
tst_field_book_object_finish (TstFieldBook *self, GAsyncResult *result, GError **error)
{
  TstAct *act = tst_act_finished (self, result, &object_tag, error);

  return act != NULL ? g_steal_pointer (&act->answer) : NULL;
}

/* --- lists --- */

static gboolean
collect_row (JsonObject *row, gpointer user_data)
{
  g_ptr_array_add (user_data, json_object_ref (row));
  return TRUE;
}

static void
run_list (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  act->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  tst_field_book_list (self, act->text, &act->query, collect_row, act->rows, error);
}

void
tst_field_book_list_async (TstFieldBook *self, const char *what, const TstQuery *query, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_list);

  act->text = g_strdup (what);
  if (query != NULL)
    {
      act->query = *query;
      act->query.search = g_strdup (query->search);
      act->query.event_id = g_strdup (query->event_id);
      act->query.work = g_strdup (query->work);
      act->query.status = g_strdup (query->status);
      act->query.day = g_strdup (query->day);
    }
  tst_act_push_look (self, act, tst_field_book_list_async, cancellable, callback, user_data);
}

GPtrArray *
tst_field_book_list_finish (TstFieldBook *self, GAsyncResult *result, GError **error)
{
  TstAct *act = tst_act_finished (self, result, tst_field_book_list_async, error);

  return act != NULL ? g_steal_pointer (&act->rows) : NULL;
}
