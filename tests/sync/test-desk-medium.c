/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-codec.h"
#include "central-fixture.h"
#include "central/tst-desk-call.h"
#include "web/tst-web-renderer.h"

#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FixtureRecord, fixture_record_free)

/* Films and voice notes inside the desk: the original's bytes under a type that plays, and nothing else of what is held. */

static guint
ask (TstDesk *desk, const char *id, GBytes **bytes, const char **mime)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  g_autoptr (SoupMessageHeaders) answer_headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  TstHttpTask task = { .method = "GET", .path = "/mesa/medio/", .target = "/mesa/medio/", .headers = headers, .answer_headers = answer_headers };
  g_autoptr (JsonObject) model = json_object_new ();
  TstDeskCall call = { .desk = desk, .task = &task, .rest = id, .may = TST_MAY_READ, .model = model, .now_s = 1790000000 };

  tst_desk_medium (&call);
  *mime = task.mime;
  *bytes = task.answer;
  return task.status;
}

static FixtureRecord *
add (Fixture *f, FixtureDevice *field, GBytes *bytes, const char *type, const char *mime, gboolean held)
{
  TstHash hash = fixture_medium (f, bytes, held);
  g_autofree char *hex = tst_hash_to_hex (&hash);

  return fixture_add (f, field, TST_KIND_EVIDENCE, "{'type':'%s','media':[{'sha256':'%s','bytes':%" G_GSIZE_FORMAT ",'type':'%s','origin':'camera','role':'%s'}]}", type,
                      hex, g_bytes_get_size (bytes), mime, type);
}

static void
test_medium (void)
{
  Fixture f;
  FixtureDevice field;
  g_autoptr (TstPageRenderer) renderer = TST_PAGE_RENDERER (tst_web_renderer_new ());
  g_autoptr (GBytes) sound = g_bytes_new_static ("OggS una voz inventada", 22);
  g_autoptr (GBytes) film = g_bytes_new_static ("ftyp un video inventado", 23);
  g_autoptr (GBytes) page = g_bytes_new_static ("<script>alert(1)</script>", 25);
  GBytes *bytes = NULL;
  const char *mime = NULL;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  g_autoptr (FixtureRecord) voice = add (&f, &field, sound, "audio", "audio/ogg", TRUE);
  g_autoptr (FixtureRecord) video = add (&f, &field, film, "video", "video/mp4", TRUE);
  g_autoptr (FixtureRecord) other = add (&f, &field, page, "document", "text/html", TRUE);
  g_autoptr (FixtureRecord) photo = fixture_photo (&f, &field, 1, "");
  g_autoptr (TstDesk) desk = tst_desk_new (f.central, renderer);
  struct
  {
    const char *id, *mime;
    GBytes *bytes;
  } cases[] = { { voice->id, "audio/ogg", sound }, { video->id, "video/mp4", film }, { other->id, NULL, NULL }, { photo->id, NULL, NULL },
                { "00000000-0000-4000-8000-000000000000", NULL, NULL }, { "../../keys", NULL, NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %u", i);
      g_assert_cmpuint (ask (desk, cases[i].id, &bytes, &mime), ==, cases[i].bytes ? 200 : 404);
      if (cases[i].bytes)
        {
          g_assert_cmpstr (mime, ==, cases[i].mime);
          g_assert_true (g_bytes_equal (bytes, cases[i].bytes));
        }
      g_clear_pointer (&bytes, g_bytes_unref);
    }
  /* What was erased plays no more. */
  g_hash_table_unref (fixture_decide (&f, TST_VERDICT_ERASE, "pedido_titular", voice->id, NULL));
  g_assert_cmpuint (ask (desk, voice->id, &bytes, &mime), ==, 404);
  g_clear_pointer (&bytes, g_bytes_unref);
  g_clear_pointer (&desk, tst_desk_free);
  fixture_device_clear (&field);
  fixture_close (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk-medium/plays", test_medium);
  return g_test_run ();
}
