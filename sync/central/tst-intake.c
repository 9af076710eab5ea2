/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-intake.h"

#include "base/tst-error.h"
#include "central/tst-appender.h"
#include "central/tst-device-registry.h"
#include "central/tst-json-text.h"
#include "protocol/tst-bundle.h"
#include "record/tst-body.h"

#include <string.h>

/* Records that one thread checks at a stretch: small enough to share out, large enough not to count. */
#define STRETCH 16

struct _TstIntake
{
  TstCentral *central;
  GThreadPool *pool;
};

/* What became of one record of a bundle before it reaches the log. */
typedef struct
{
  TstAppendEntry *entry; /* NULL: refused */
  gboolean has_hash;
  TstHash text_hash;
  const char *code; /* (nullable) why it was refused, or what of it was dropped */
} Checked;

typedef struct
{
  TstIntake *intake;
  GPtrArray *items; /* of TstBundleItem */
  Checked *checked;
  guint open; /* stretches not done yet */
  GMutex lock;
  GCond done;
} Batch;

typedef struct
{
  Batch *batch;
  guint first;
  guint end;
} Stretch;

/* --- one record --- */

static gboolean
check_body (TstIntake *self, TstBundleItem *item, Checked *checked)
{
  TstAppendEntry *entry = checked->entry;
  g_autoptr (GBytes) body = NULL;
  TstHash hash;

  if (item->body == NULL)
    return TRUE;
  body = item->body_sealed ? tst_age_open (item->body, tst_central_get_intake (self->central), NULL)
                           : g_bytes_ref (item->body);
  if (body == NULL || g_bytes_get_size (body) > TST_BODY_MAX_SIZE)
    {
      checked->code = "bad-body";
      return FALSE;
    }
  hash = tst_hash_bytes (body);
  if (!tst_hash_equal (&hash, &tst_envelope_get_fields (entry->envelope)->body))
    {
      checked->code = "hash-mismatch";
      return FALSE;
    }
  /* Bytes that hash to what the envelope names are the body, whatever they are: unreadable ones show nothing. */
  entry->json = tst_body_parse (body, NULL);
  entry->body = g_steal_pointer (&body);
  return TRUE;
}

static void
check_parts (TstBundleItem *item, Checked *checked)
{
  TstAppendEntry *entry = checked->entry;

  entry->parts = g_ptr_array_new ();
  for (guint i = 0; i < item->parts->len; i++)
    {
      TstBundlePart *part = g_ptr_array_index (item->parts, i);
      TstHash hash = tst_hash_bytes (part->bytes);

      if (tst_hash_equal (&hash, &part->sha256))
        g_ptr_array_add (entry->parts, part);
      else if (checked->code == NULL)
        checked->code = "hash-mismatch";
    }
}

static void
check_record (TstIntake *self, TstBundleItem *item, Checked *checked)
{
  g_autoptr (TstEnvelope) envelope = tst_envelope_parse (item->envelope, NULL);
  g_autoptr (TstDevice) device = NULL;

  if (envelope == NULL)
    {
      checked->code = "bad-envelope";
      return;
    }
  checked->has_hash = TRUE;
  checked->text_hash = *tst_envelope_get_text_hash (envelope);
  device = tst_device_registry_find (tst_central_get_devices (self->central), tst_envelope_get_device (envelope));
  if (device == NULL)
    checked->code = "unknown-device";
  else if (device->chain != tst_envelope_get_fields (envelope)->chain)
    checked->code = "wrong-chain";
  else if (!tst_envelope_verify (envelope, device->verifier, NULL))
    checked->code = "bad-signature";
  else
    {
      checked->entry = tst_append_entry_new (envelope);
      check_body (self, item, checked);
      check_parts (item, checked);
    }
}

static void
check_stretch (gpointer data, gpointer user_data)
{
  g_autofree Stretch *stretch = data;
  Batch *batch = stretch->batch;

  for (guint i = stretch->first; i < stretch->end; i++)
    check_record (batch->intake, g_ptr_array_index (batch->items, i), &batch->checked[i]);
  g_mutex_lock (&batch->lock);
  if (--batch->open == 0)
    g_cond_signal (&batch->done);
  g_mutex_unlock (&batch->lock);
}

static void
check_all (TstIntake *self, GPtrArray *items, Checked *checked)
{
  Batch batch = { .intake = self, .items = items, .checked = checked };

  g_mutex_init (&batch.lock);
  g_cond_init (&batch.done);
  batch.open = (items->len + STRETCH - 1) / STRETCH;
  for (guint i = 0; i < items->len; i += STRETCH)
    {
      Stretch *stretch = g_new (Stretch, 1);

      *stretch = (Stretch) { &batch, i, MIN (i + STRETCH, items->len) };
      g_thread_pool_push (self->pool, stretch, NULL);
    }
  g_mutex_lock (&batch.lock);
  while (batch.open > 0)
    g_cond_wait (&batch.done, &batch.lock);
  g_mutex_unlock (&batch.lock);
  g_mutex_clear (&batch.lock);
  g_cond_clear (&batch.done);
}

/* --- the answer --- */

static void
append_item (GString *answer, const Checked *checked)
{
  const TstAppendEntry *entry = checked->entry;

  g_string_append (answer, "{\"record\":");
  if (checked->has_hash)
    tst_json_text_hash (answer, &checked->text_hash);
  else
    g_string_append (answer, "null");
  g_string_append_printf (answer, ",\"status\":\"%s\"",
                          entry == NULL ? "refused" : (entry->known ? "known" : "appended"));
  if (checked->code != NULL)
    g_string_append_printf (answer, ",\"code\":\"%s\"", checked->code);
  if (entry != NULL)
    {
      g_string_append_printf (answer, ",\"index\":%" G_GUINT64_FORMAT ",\"proof\":", entry->index);
      tst_json_text_hashes (answer, entry->proof);
      g_string_append_printf (answer, ",\"fork\":%s,\"missing\":", entry->fork ? "true" : "false");
      tst_json_text_hashes (answer, entry->missing);
    }
  g_string_append_c (answer, '}');
}

static char *
write_answer (TstIntake *self, const Checked *checked, guint n, const TstCheckpoint *checkpoint, GArray *consistency)
{
  GString *answer = g_string_sized_new (1024 + n * 1024);
  g_autoptr (GArray) held = g_array_new (FALSE, FALSE, sizeof (TstHolding));
  g_autoptr (GBytes) holding = NULL;

  for (guint i = 0; i < n; i++)
    if (checked[i].entry != NULL)
      g_array_append_vals (held, checked[i].entry->holdings->data, checked[i].entry->holdings->len);
  holding = tst_holding_sign (tst_central_get_origin (self->central), tst_central_now_s (self->central),
                              (const TstHolding *) held->data, held->len, tst_central_get_http_key (self->central));
  g_string_append (answer, "{\"checkpoint\":");
  tst_json_text_bytes (answer, checkpoint->note);
  g_string_append (answer, ",\"consistency\":");
  if (consistency != NULL)
    tst_json_text_hashes (answer, consistency);
  else
    g_string_append (answer, "null");
  g_string_append (answer, ",\"holding\":");
  tst_json_text_bytes (answer, holding);
  g_string_append (answer, ",\"items\":[");
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (answer, ',');
      append_item (answer, &checked[i]);
    }
  g_string_append (answer, "]}");
  return g_string_free (answer, FALSE);
}

char *
tst_intake_take (TstIntake *self, GBytes *bundle, guint64 from, GError **error)
{
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GArray) consistency = NULL;
  g_autoptr (TstCheckpoint) checkpoint = NULL;
  g_autofree Checked *checked = NULL;
  gboolean parsed = tst_bundle_parse (bundle, &items, error);
  char *answer = NULL;

  if (!parsed)
    return NULL;
  checked = g_new0 (Checked, items->len + 1);
  entries = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_append_entry_free);
  check_all (self, items, checked);
  for (guint i = 0; i < items->len; i++)
    if (checked[i].entry != NULL)
      g_ptr_array_add (entries, checked[i].entry);
  if (tst_appender_run (tst_central_get_appender (self->central), entries, from, &checkpoint, &consistency, error))
    answer = write_answer (self, checked, items->len, checkpoint, consistency);
  return answer;
}

TstIntake *
tst_intake_new (TstCentral *central)
{
  TstIntake *self = g_new0 (TstIntake, 1);

  self->central = central;
  self->pool = g_thread_pool_new (check_stretch, self, g_get_num_processors (), FALSE, NULL);
  return self;
}

void
tst_intake_free (TstIntake *self)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_free (self);
}
