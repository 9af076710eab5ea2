/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-own-records.h"

#include "base/tst-codec.h"
#include "central/tst-appender.h"
#include "record/tst-body.h"

gboolean
tst_central_append_records (TstCentral *self, TstKind kind, GPtrArray *contents, GPtrArray **envelopes, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_append_entry_free);

  for (guint i = 0; i < contents->len; i++)
    {
      JsonObject *content = g_ptr_array_index (contents, i);

      g_assert (tst_json_string (content, "type") != NULL);
      if (tst_json_string (content, "id") == NULL)
        {
          g_autofree char *id = tst_uuid_new ();

          json_object_set_string_member (content, "id", id);
        }
      g_ptr_array_add (entries, tst_append_entry_new_own (kind, content));
    }
  if (!tst_appender_run (tst_central_get_appender (self), entries, 0, NULL, NULL, error))
    return FALSE;
  if (envelopes != NULL)
    {
      *envelopes = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_envelope_unref);
      for (guint i = 0; i < entries->len; i++)
        g_ptr_array_add (*envelopes, tst_envelope_ref (((TstAppendEntry *) g_ptr_array_index (entries, i))->envelope));
    }
  return TRUE;
}

gboolean
tst_central_append_record (TstCentral *self, TstKind kind, JsonObject *content, TstEnvelope **envelope, GError **error)
{
  g_autoptr (GPtrArray) contents = g_ptr_array_new ();
  g_autoptr (GPtrArray) envelopes = NULL;

  g_ptr_array_add (contents, content);
  if (!tst_central_append_records (self, kind, contents, &envelopes, error))
    return FALSE;
  if (envelope != NULL)
    *envelope = tst_envelope_ref (g_ptr_array_index (envelopes, 0));
  return TRUE;
}
