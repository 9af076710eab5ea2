/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-call.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-public-private.h"

#include <string.h>

/* A film or a voice note that waits for its decision: the original, played inside the desk and nowhere else. */

static const char *const playable[] = { "audio/ogg", "audio/mpeg", "audio/mp4", "audio/webm", "audio/wav",
                                        "video/mp4", "video/webm", "video/ogg", "video/quicktime", NULL };

typedef struct
{
  const char *id;
  TstHash sha256;
  const char *type; /* one of @playable; NULL: there is none */
} MediumTurn;

static gboolean
find_medium (TstStore *store, gpointer data, GError **error)
{
  MediumTurn *turn = data;
  gboolean row = FALSE;
  g_autoptr (TstStatement) find = tst_public_query (
    store, error,
    "SELECT m.sha256, m.type FROM item i JOIN record_media m ON m.text_hash = i.text_hash JOIN holding h ON h.sha256 = m.sha256"
    " WHERE i.id = ?1 AND i.kind = 'evidence' AND i.state NOT IN ('erased', 'withdrawn') ORDER BY m.sha256",
    "s", turn->id);

  if (!find)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (find, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      for (guint i = 0; playable[i]; i++)
        if (g_strcmp0 (tst_statement_text (find, 1), playable[i]) == 0 && tst_statement_hash (find, 0, &turn->sha256))
          {
            turn->type = playable[i];
            return TRUE;
          }
    }
}

void
tst_desk_medium (TstDeskCall *call)
{
  MediumTurn turn = { .id = call->rest };
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  GMappedFile *file = NULL;

  if (!tst_uuid_is_valid (call->rest))
    {
      tst_desk_answer_status (call, 404);
      return;
    }
  if (!tst_store_read (tst_central_get_store (call->desk->central), find_medium, &turn, &error))
    {
      tst_desk_answer_error (call, error);
      return;
    }
  path = turn.type ? tst_media_store_path (tst_central_get_media (call->desk->central), &turn.sha256) : NULL;
  /* An original never changes under its name. */
  file = path ? g_mapped_file_new (path, FALSE, &error) : NULL;
  if (!file)
    {
      tst_desk_answer_status (call, 404);
      return;
    }
  call->task->status = 200;
  call->task->mime = turn.type;
  call->task->answer = g_mapped_file_get_bytes (file);
  g_mapped_file_unref (file);
  soup_message_headers_replace (call->task->answer_headers, "Content-Disposition", "inline");
}
