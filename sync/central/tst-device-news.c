/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-device-news.h"

#include "central/tst-device-answers.h"
#include "central/tst-public-log.h"
#include "central/tst-town-files.h"
#include "record/tst-body.h"

/* Both keys of a tablet: the registry knows that they belong together, and which field key asks is no secret to it. */
static gboolean
append_heads (TstCentral *central, TstDevice *device, TstDevice *open, GString *text, GError **error)
{
  g_autofree char *field = tst_device_answer_heads (central, device, error);
  g_autofree char *other = field != NULL && open != NULL ? tst_device_answer_heads (central, open, error) : NULL;

  if (field == NULL || (open != NULL && other == NULL))
    return FALSE;
  g_string_append_printf (text, "{\"heads\":%s", g_strchomp (field));
  if (other != NULL)
    g_string_append_printf (text, ",\"open_heads\":%s", g_strchomp (other));
  return TRUE;
}

static gboolean
append_missing (TstCentral *central, TstHoldings *holdings, TstDevice *device, const char *member, GString *text, GError **error)
{
  g_autofree char *missing = tst_device_answer_missing (central, holdings, device, 0, error);

  if (missing == NULL)
    return FALSE;
  g_string_append_printf (text, ",\"%s\":%s", member, g_strchomp (missing));
  return TRUE;
}

static gboolean
append_rest (TstCentral *central, TstHoldings *holdings, TstDevice *device, TstDevice *open, JsonObject *asked, GString *text, GError **error)
{
  g_autofree char *decisions = NULL;
  g_autofree char *files = NULL;
  gint64 rev = 0;

  if (!append_missing (central, holdings, device, "missing", text, error) ||
      (open != NULL && !append_missing (central, holdings, open, "open_missing", text, error)))
    return FALSE;
  decisions = tst_device_answer_decisions (central, device, tst_json_int (asked, "since", 0), MAX (tst_json_int (asked, "from", 0), 0), error);
  if (decisions == NULL || !tst_device_newest_revision (central, MAX (tst_json_int (asked, "rev", 0), 0), &rev, error))
    return FALSE;
  files = tst_town_files_dup_mark (central);
  g_string_append_printf (text, ",\"decisions\":%s,\"rev\":%" G_GINT64_FORMAT ",\"files\":\"%s\"", g_strchomp (decisions), rev, files);
  return TRUE;
}

char *
tst_device_answer_news (TstCentral *central, TstHoldings *holdings, TstDevice *device, JsonObject *asked, GError **error)
{
  g_autoptr (TstDevice) open =
      device->chain == TST_CHAIN_FIELD && device->peer != NULL ? tst_device_registry_find (tst_central_get_devices (central), device->peer) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (!append_heads (central, device, open, text, error))
    return NULL;
  if (!tst_public_log_is_behind (tst_central_get_log (central), NULL) &&
      !append_rest (central, holdings, device, open, asked, text, error))
    return NULL;
  g_string_append (text, "}\n");
  return g_string_free (g_steal_pointer (&text), FALSE);
}
