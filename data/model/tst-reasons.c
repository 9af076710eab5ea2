/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-reasons.h"

#include "model/tst-model-data.h"

static GArray *
load (void)
{
  JsonObject *data = _tst_model_data ("reasons.json"); /* kept for the life of the process: its texts are handed out */
  JsonArray *list = json_object_get_array_member (data, "reasons");
  GArray *reasons = g_array_new (FALSE, FALSE, sizeof (TstReason));

  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *one = json_array_get_object_element (list, i);
      TstReason reason = { json_object_get_string_member (one, "code"), json_object_get_string_member (one, "es"),
                           json_object_get_string_member (one, "en"), json_object_get_boolean_member_with_default (one, "by_hand", TRUE) };

      g_array_append_val (reasons, reason);
    }
  return reasons;
}

const TstReason *
tst_reasons (guint *n_reasons)
{
  static gsize once;

  if (g_once_init_enter (&once))
    g_once_init_leave (&once, (gsize) load ());
  GArray *reasons = (GArray *) once;
  *n_reasons = reasons->len;
  return (const TstReason *) reasons->data;
}

const TstReason *
tst_reason_find (const char *code)
{
  guint n = 0;
  const TstReason *reasons = tst_reasons (&n);

  for (guint i = 0; code && i < n; i++)
    if (g_str_equal (reasons[i].code, code))
      return &reasons[i];
  return NULL;
}
