/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-call.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"

#include <string.h>

/* Pictures of what waits for a decision: made from the original in the sandbox, and kept in memory only, so that what is withheld or erased leaves
 * nothing behind. The browser asks for the next ones while a person looks at this one. */
#define KEPT_BYTES (24u * 1024 * 1024)

struct _TstDeskPictures
{
  GMutex lock;
  GCond made;
  GQueue order;       /* of Kept, newest first */
  GHashTable *making; /* ids that a thread is working on */
  gsize bytes;
};

typedef struct
{
  char *id;
  GPtrArray *pictures; /* of TstDerivative */
  gsize bytes;
} Kept;

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_free (kept->id);
  g_ptr_array_unref (kept->pictures);
  g_free (kept);
}

TstDeskPictures *
tst_desk_pictures_new (void)
{
  TstDeskPictures *self = g_new0 (TstDeskPictures, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->made);
  g_queue_init (&self->order);
  self->making = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
tst_desk_pictures_free (TstDeskPictures *self)
{
  g_queue_clear_full (&self->order, kept_free);
  g_hash_table_unref (self->making);
  g_cond_clear (&self->made);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static Kept *
find_kept (TstDeskPictures *self, const char *id)
{
  for (GList *l = self->order.head; l; l = l->next)
    if (g_str_equal (((Kept *) l->data)->id, id))
      {
        g_queue_unlink (&self->order, l);
        g_queue_push_head_link (&self->order, l);
        return l->data;
      }
  return NULL;
}

/* With the lock held. */
static void
keep (TstDeskPictures *self, const char *id, GPtrArray *pictures)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->id = g_strdup (id);
  kept->pictures = g_ptr_array_ref (pictures);
  for (guint i = 0; i < pictures->len; i++)
    kept->bytes += g_bytes_get_size (((TstDerivative *) g_ptr_array_index (pictures, i))->bytes);
  g_queue_push_head (&self->order, kept);
  self->bytes += kept->bytes;
  while (self->bytes > KEPT_BYTES && self->order.length > 1)
    {
      Kept *oldest = g_queue_pop_tail (&self->order);

      self->bytes -= oldest->bytes;
      kept_free (oldest);
    }
}

/* One thread makes it, others that want the same wait for it. */
static GPtrArray *
pictures_of (TstDeskCall *call, const char *id, GError **error)
{
  TstDeskPictures *self = call->desk->pictures;
  g_autoptr (TstModeration) moderation = NULL;
  GPtrArray *pictures = NULL;
  TstModerationItem *item = NULL;
  Kept *kept = NULL;

  g_mutex_lock (&self->lock);
  while (!(kept = find_kept (self, id)) && g_hash_table_contains (self->making, id))
    g_cond_wait (&self->made, &self->lock);
  if (kept)
    pictures = g_ptr_array_ref (kept->pictures);
  else
    g_hash_table_add (self->making, g_strdup (id));
  g_mutex_unlock (&self->lock);
  if (pictures)
    return pictures;

  moderation = tst_desk_moderation (call);
  item = tst_moderation_load (moderation, id, error);
  pictures = item ? tst_publication_preview (moderation, item, NULL, error) : NULL;
  g_clear_pointer (&item, tst_moderation_item_free);
  g_mutex_lock (&self->lock);
  if (pictures)
    keep (self, id, pictures);
  g_hash_table_remove (self->making, id);
  g_cond_broadcast (&self->made);
  g_mutex_unlock (&self->lock);
  return pictures;
}

/* Has it been erased, or taken back by its author, since it was made? */
static gboolean
may_show (TstStore *store, gpointer data, GError **error)
{
  gboolean row = FALSE;

  g_autoptr (TstStatement) find = tst_store_prepare (
    store, "SELECT 1 FROM item WHERE id = ?1 AND kind IN ('evidence', 'contribution') AND state NOT IN ('erased', 'withdrawn')", error);
  if (!find)
    return FALSE;
  tst_statement_bind_text (find, 1, data);
  if (!tst_statement_step (find, &row, error))
    return FALSE;
  if (!row)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no such item.");
  return row;
}

void
tst_desk_picture (TstDeskCall *call)
{
  g_autofree char *id = g_strndup (call->rest, 36);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) pictures = NULL;
  const TstDerivative *chosen = NULL;
  guint64 width = strlen (call->rest) > 37 ? g_ascii_strtoull (call->rest + 37, NULL, 10) : 0;

  if (!tst_uuid_is_valid (id) || call->rest[36] != '/' || width == 0)
    {
      tst_desk_answer_status (call, 404);
      return;
    }
  if (!tst_store_read (tst_central_get_store (call->desk->central), may_show, id, &error)
      || !(pictures = pictures_of (call, id, &error)))
    {
      tst_http_task_refuse (call->task, 404, tst_error_code (error), error->message);
      return;
    }
  for (guint i = 0; i < pictures->len; i++)
    if (!chosen || ((TstDerivative *) g_ptr_array_index (pictures, i))->width <= width)
      chosen = g_ptr_array_index (pictures, i);
  call->task->status = 200;
  call->task->mime = "image/jpeg";
  call->task->answer = g_bytes_ref (chosen->bytes);
  /* For the minutes in which somebody goes back and forth, in this browser only. */
  soup_message_headers_replace (call->task->answer_headers, "Cache-Control", "private, max-age=120");
}
