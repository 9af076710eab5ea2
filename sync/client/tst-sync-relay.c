/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-run.h"

#include "base/tst-error.h"
#include "client/tst-tus-upload.h"
#include "journal/tst-outbox-bundle.h"

#define MEMBER_MIME "application/vnd.testigo.member"

/* Goes up sealed, as any medium; then central is told what it is and takes it in. One after the other: it is a favour and not a race. */
static gboolean
send_up (TstSyncRun *self, const TstRelayMember *member, const char *path, GError **error)
{
  g_autofree char *endpoint = tst_peer_url (self->peer, "media");
  g_autoptr (TstTusUpload) upload =
      tst_tus_upload_new (tst_transport_get_session (self->field), endpoint, path, &member->sha256, MEMBER_MIME);
  gboolean sent;

  tst_tus_upload_set_signer (upload, tst_transport_sign, self->field);
  tst_tus_upload_set_tried (upload);
  sent = tst_tus_upload_run (upload, self->cancellable, error);
  tst_sync_run_add_bytes (self, tst_tus_upload_get_bytes_sent (upload), tst_tus_upload_get_bytes_resent (upload));
  return sent;
}

static gboolean
hand_over (TstSyncRun *self, const TstRelayMember *member, GError **error)
{
  g_autoptr (JsonObject) request = json_object_new ();
  g_autoptr (JsonObject) answer = NULL;
  g_autofree char *hex = tst_hash_to_hex (&member->sha256);

  json_object_set_string_member (request, "name", member->name);
  json_object_set_string_member (request, "sha256", hex);
  answer = tst_transport_call_json (self->field, SOUP_METHOD_POST, "relayed", request, error);
  if (answer == NULL)
    return FALSE;
  tst_sync_run_alive (self);
  /* What central will not have, it will not have the next time either; whoever made it still has it. */
  if (!tst_json_bool (answer, "taken", FALSE))
    g_info ("Central did not take a member that was carried for another device: %s", tst_json_string (answer, "code"));
  return tst_outbox_relay_delivered (self->book, &member->sha256, error);
}

gboolean
tst_sync_relay (TstSyncRun *self, GError **error)
{
  g_autoptr (GPtrArray) members = tst_outbox_list_relay_members (self->book, 0, error);
  g_autoptr (TstMediaStore) store = NULL;

  if (members == NULL || members->len == 0)
    return members != NULL;
  store = tst_outbox_open_relay (self->book, error);
  if (store == NULL)
    return FALSE;
  for (guint i = 0; i < members->len; i++)
    {
      const TstRelayMember *member = g_ptr_array_index (members, i);
      g_autofree char *path = tst_media_store_path (store, &member->sha256);
      g_autoptr (GError) local = NULL;

      /* A copy that the disk spoilt is of no use to anybody. */
      if (!tst_media_store_has (store, &member->sha256, NULL))
        {
          if (!tst_outbox_relay_delivered (self->book, &member->sha256, error))
            return FALSE;
          continue;
        }
      if (!send_up (self, member, path, &local) || !hand_over (self, member, &local))
        {
          if (g_error_matches (local, TST_ERROR, TST_ERROR_REFUSED) && !tst_sync_refusal_is_general (tst_transport_get_refusal (self->field)))
            continue;
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (self->observer.changed != NULL)
        self->observer.changed (self->observer.user_data);
    }
  return TRUE;
}
