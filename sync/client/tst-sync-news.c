/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-run.h"

#include "base/tst-error.h"
#include "journal/tst-outbox-files.h"

/* What is asked in every run comes in one answer: where nothing changed, a run is two requests, and on a line that is cut every few
 * seconds it is the round trips that cost. */

JsonObject *
tst_sync_news_request (TstSyncRun *self, const TstCheckpoint *newest)
{
  JsonObject *request = json_object_new ();

  json_object_set_int_member (request, "since", tst_outbox_get_decisions_next (self->book));
  json_object_set_int_member (request, "rev", tst_outbox_get_catalogue_rev (self->book));
  if (newest != NULL)
    json_object_set_int_member (request, "from", newest->size);
  return request;
}

static gboolean
take_missing (TstSyncRun *self, gboolean *found, GError **error)
{
  JsonObject *open = tst_json_object (self->news, "open_missing");
  gint64 next;

  if (!tst_sync_take_missing (self, tst_json_object (self->news, "missing"), found, &next, error) ||
      (next > 0 && !tst_sync_find_missing_of (self, self->field, next, found, error)))
    return FALSE;
  if (open != NULL && (!tst_sync_take_missing (self, open, found, &next, error) ||
                       (next > 0 && !tst_sync_find_missing_of (self, self->open, next, found, error))))
    return FALSE;
  if (*found && self->observer.changed != NULL)
    self->observer.changed (self->observer.user_data);
  return TRUE;
}

static gboolean
take_catalogue (TstSyncRun *self, GError **error)
{
  const char *files = tst_json_string (self->news, "files");
  g_autofree char *known = tst_outbox_dup_files_mark (self->book);

  if (tst_json_int (self->news, "rev", -1) == tst_outbox_get_catalogue_rev (self->book) && g_strcmp0 (files, known) == 0)
    return tst_sync_pictures (self, error);
  return tst_sync_catalogue (self, error);
}

gboolean
tst_sync_take_news (TstSyncRun *self, gboolean *found, GError **error)
{
  g_autoptr (TstCheckpoint) ours = tst_outbox_get_checkpoint (self->book, NULL);
  gboolean more = FALSE;

  /* It must build on what we hold now. */
  if (self->news != NULL && self->news_from != (ours != NULL ? ours->size : 0))
    g_clear_pointer (&self->news, json_object_unref);
  if (self->news == NULL && !tst_sync_ask_news (self, error))
    return FALSE;
  if (self->news == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_REFUSED, "Central refuses (device-lost). Everything stays saved here; ask the town");
      return FALSE;
    }
  if (!take_missing (self, found, error) ||
      !tst_sync_take_decisions (self, tst_json_object (self->news, "decisions"), ours, &more, error))
    return FALSE;
  tst_sync_run_alive (self);
  if ((more && !tst_sync_decisions (self, error)) || !take_catalogue (self, error))
    return FALSE;
  g_clear_pointer (&self->news, json_object_unref);
  return TRUE;
}
