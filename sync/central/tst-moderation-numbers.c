/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-moderation-private.h"

#include "base/tst-error.h"
#include "central/tst-own-records.h"
#include "record/tst-body.h"

#include <string.h>

/* What becomes of a contribution, said by its number. */

#define ANSWER_MAX (64 * 1024)
#define VALUE_MAX 80
#define NAME_MAX_BYTES 200
#define NOTE_MAX 2000

typedef struct
{
  const char *number;
  char *id;
} NumberCall;

static gboolean
find_number (TstStore *store, gpointer data, GError **error)
{
  NumberCall *call = data;
  gboolean row = FALSE;

  g_autoptr (TstStatement) find = tst_store_prepare (store, "SELECT id FROM contribution WHERE number = ?1", error);
  if (!find)
    return FALSE;
  tst_statement_bind_text (find, 1, call->number);
  if (!tst_statement_step (find, &row, error))
    return FALSE;
  if (!row)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND,
                           "No contribution has that number here; it may not have been synchronised yet.");
      return FALSE;
    }
  call->id = g_strdup (tst_statement_text (find, 0));
  return TRUE;
}

typedef struct
{
  const char *type;
  const char *member; /* (nullable) the text that it must have */
  const char *value;
  gsize max;
  const char *note;   /* (nullable) a person's own words; internal */
} Step;

/* A text that people typed; *@clean is NULL where there is none to be. */
static gboolean
clean_text (const char *value, gsize max, gboolean needed, char **clean, GError **error)
{
  g_autofree char *text = g_strstrip (g_strdup (value ? value : ""));

  *clean = NULL;
  if (!needed && !*text)
    return TRUE;
  if (!*text || strlen (text) > max || !g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The text must be UTF-8 with 1 to %" G_GSIZE_FORMAT " bytes.", max);
      return FALSE;
    }
  *clean = g_steal_pointer (&text);
  return TRUE;
}

static gboolean
append_to_number (TstModeration *self, const char *number, const Step *step, GError **error)
{
  g_autofree char *canonical = tst_moderation_canonical_number (number, error);
  g_autofree char *text = NULL;
  g_autofree char *note = NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (self->lock);
  g_autoptr (GPtrArray) contents = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  NumberCall call = { .number = canonical };

  (void) locker;
  if (!canonical || (step->member && !clean_text (step->value, step->max, TRUE, &text, error))
      || !clean_text (step->note, NOTE_MAX, FALSE, &note, error))
    return FALSE;
  if (!tst_store_read (tst_central_get_store (self->central), find_number, &call, error))
    return FALSE;
  TstModerationItem *item = tst_moderation_load (self, call.id, error);
  g_free (call.id);
  if (!item)
    return FALSE;
  if (g_str_equal (item->state, "withdrawn") || g_str_equal (item->state, "erased"))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE, "Its author took the contribution back.");
      tst_moderation_item_free (item);
      return FALSE;
    }
  JsonObject *content = tst_moderation_new_decision (self, item, step->type);
  json_object_set_string_member (content, "number", canonical);
  if (text)
    json_object_set_string_member (content, step->member, text);
  if (note)
    json_object_set_string_member (content, "note", note);
  g_ptr_array_add (contents, content);
  tst_moderation_item_free (item);
  return tst_central_append_records (self->central, TST_KIND_DECISION, contents, NULL, error);
}

gboolean
tst_moderation_answer (TstModeration *self, const char *number, const char *text, GError **error)
{
  return append_to_number (self, number, &(Step) { "answer", "text", text, ANSWER_MAX, NULL }, error);
}

gboolean
tst_moderation_radicado (TstModeration *self, const char *number, const char *value, GError **error)
{
  return append_to_number (self, number, &(Step) { "radicado", "value", value, VALUE_MAX, NULL }, error);
}

gboolean
tst_moderation_assign (TstModeration *self, const char *number, const char *dependency, GError **error)
{
  return append_to_number (self, number, &(Step) { "assign", "dependency", dependency, NAME_MAX_BYTES, NULL }, error);
}

gboolean
tst_moderation_process (TstModeration *self, const char *number, GError **error)
{
  return append_to_number (self, number, &(Step) { .type = "process" }, error);
}

gboolean
tst_moderation_pass_on (TstModeration *self, const char *number, const char *to, const char *note, GError **error)
{
  return append_to_number (self, number, &(Step) { "pass-on", "to", to, NAME_MAX_BYTES, note }, error);
}

gboolean
tst_moderation_answer_live (TstModeration *self, const char *number, const char *note, GError **error)
{
  return append_to_number (self, number, &(Step) { .type = "answer-live", .note = note }, error);
}

gboolean
tst_moderation_reply_sent (TstModeration *self, const char *number, GError **error)
{
  return append_to_number (self, number, &(Step) { .type = "reply-sent" }, error);
}
