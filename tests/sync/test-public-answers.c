/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-fixture.h"

#include "model/tst-provisional-number.h"
#include "record/tst-body.h"
#include "web/tst-web-renderer.h"

#include <string.h>

/* What a visitor is answered: headers, validators, what was taken back, numbers of contributions. */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FixtureRecord, fixture_record_free)

static TstPublicResponse *
ask (TstPublicRoutes *routes, const char *method, const char *path, const char *client, const char *etag)
{
  TstPublicRequest request = { .method = method, .path = path, .client = client, .if_none_match = etag };

  return tst_public_routes_respond (routes, &request);
}

/* From which north the camera looked, and what a compass was corrected by. */
static void
test_headings (void)
{
  Fixture f;
  FixtureDevice field;
  static const struct
  {
    const char *place, *says;
  } cases[] = {
    { "'heading_deg':271.5,'heading_north':'magnetic'", "hacia el occidente (272° desde el norte magnético, por brújula)" },
    { "'heading_deg':90,'declination_deg':-8.44", "hacia el oriente (90° desde el norte, por brújula corregida en la declinación del lugar: 8,4° al occidente)" },
    { "'heading_deg':90,'declination_deg':2", "hacia el oriente (90° desde el norte, por brújula corregida en la declinación del lugar: 2,0° al oriente)" },
    { "'heading_deg':90", "hacia el oriente (90° desde el norte)" },
    { "'heading_deg':90,'declination_deg':'<b>'", "hacia el oriente (90° desde el norte)" },
  };

  fixture_open (&f, NULL);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  g_autoptr (TstPageRenderer) renderer = TST_PAGE_RENDERER (tst_web_renderer_new ());
  g_autoptr (TstPublicRoutes) routes = tst_public_routes_new (f.central, renderer);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *more = g_strdup_printf (",'place':{'lat':7.2,'lon':-73.2,'source':'gnss',%s}", cases[i].place);
      g_autoptr (FixtureRecord) photo = fixture_photo (&f, &field, i + 1, more);
      g_autofree char *path = g_strdup_printf ("/evidencia/%s", photo->id);
      g_autofree char *page = NULL;

      g_hash_table_unref (fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, photo->id, NULL));
      g_assert_cmpuint (fixture_get (routes, path, &page), ==, 200);
      g_assert_nonnull (strstr (page, cases[i].says));
    }
  g_clear_pointer (&routes, tst_public_routes_free);
  fixture_device_clear (&field);
  fixture_close (&f);
}

/* Methods, validators, security headers, and pages that change when something is published or taken back. */
static void
test_http (void)
{
  Fixture f;
  FixtureDevice field;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  g_autoptr (FixtureRecord) photo = fixture_photo (
    &f, &field, 1, ",'caption':'Zapata','place':{'lat':7.2,'lon':-73.2,'source':'pin','heading_deg':271.5,'heading_north':'magnetic'}");
  g_autoptr (TstPageRenderer) renderer = TST_PAGE_RENDERER (tst_web_renderer_new ());
  g_autoptr (TstPublicRoutes) routes = tst_public_routes_new (f.central, renderer);
  g_autofree char *path = g_strdup_printf ("/evidencia/%s", photo->id);
  g_autofree char *etag = NULL;
  {
    g_autoptr (TstPublicResponse) r = ask (routes, "POST", "/", NULL, NULL);
    g_assert_cmpuint (r->status, ==, 405);
    g_assert_cmpstr (soup_message_headers_get_one (r->headers, "Allow"), ==, "GET, HEAD");
  }
  {
    g_autoptr (TstPublicResponse) r = ask (routes, "GET", "/galeria", NULL, NULL);
    g_assert_cmpuint (r->status, ==, 200);
    g_assert_nonnull (strstr (soup_message_headers_get_one (r->headers, "Content-Security-Policy"), "default-src 'none'"));
    g_assert_cmpstr (soup_message_headers_get_one (r->headers, "X-Content-Type-Options"), ==, "nosniff");
    g_assert_cmpstr (soup_message_headers_get_one (r->headers, "Referrer-Policy"), ==, "no-referrer");
    g_assert_null (soup_message_headers_get_one (r->headers, "Set-Cookie"));
    g_assert_nonnull (soup_message_headers_get_one (r->headers, "Last-Modified"));
    etag = g_strdup (soup_message_headers_get_one (r->headers, "ETag"));
    g_assert_nonnull (etag);
  }
  {
    g_autoptr (TstPublicResponse) r = ask (routes, "GET", "/galeria", NULL, etag);
    g_assert_cmpuint (r->status, ==, 304);
    g_assert_null (r->body);
  }
  g_assert_cmpuint (fixture_get (routes, path, NULL), ==, 404);
  g_hash_table_unref (fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, photo->id, NULL));
  {
    g_autoptr (TstPublicResponse) r = ask (routes, "GET", "/galeria", NULL, etag);
    g_assert_cmpuint (r->status, ==, 200);
  }
  g_assert_cmpuint (fixture_get (routes, path, NULL), ==, 200);
  {
    g_autofree char *page = NULL;
    g_autofree char *json_path = g_strconcat (path, ".json", NULL);
    g_autofree char *text = NULL;

    g_assert_cmpuint (fixture_get (routes, json_path, &text), ==, 200);
    g_autoptr (JsonObject) json = tst_json_parse_object (text, -1, NULL);
    g_assert_true (tst_json_bool (tst_json_object (json, "check"), "ok", FALSE));
    g_assert_nonnull (tst_json_string (json, "device_vkey"));
    g_assert_cmpuint (fixture_get (routes, path, &page), ==, 200);
  }
  /* Whole: the body's bytes have the hash that the envelope names. */
  {
    g_autofree char *body_path = g_strconcat (path, "/body", NULL);
    g_autoptr (GBytes) body = fixture_get_bytes (routes, body_path);
    g_assert_true (g_bytes_equal (body, photo->body));
  }
  /* A picture is there under its own hash and width only. */
  g_autofree char *hex = fixture_value (&f, "SELECT lower (hex (sha256)) FROM derivative WHERE width = 480 AND type = 'image/jpeg'");
  g_autofree char *picture = g_strdup_printf ("/media/%s/480.jpg", hex);
  g_autofree char *wrong = g_strdup_printf ("/media/%s/481.jpg", hex);
  g_autofree char *zero = g_strdup_printf ("/media/%s/0480.jpg", hex);
  g_autoptr (GBytes) original = fixture_jpeg (1, 1200, 800);
  TstHash original_hash = tst_hash_bytes (original);
  g_autofree char *original_hex = tst_hash_to_hex (&original_hash);
  g_autofree char *original_path = g_strdup_printf ("/media/%s/1200.jpg", original_hex);
  {
    g_autoptr (TstPublicResponse) r = ask (routes, "GET", picture, NULL, NULL);
    TstHash hash = tst_hash_bytes (r->body);
    g_autofree char *got = tst_hash_to_hex (&hash);

    g_assert_cmpuint (r->status, ==, 200);
    g_assert_cmpstr (got, ==, hex);
    g_assert_null (strstr (soup_message_headers_get_one (r->headers, "Cache-Control"), "immutable"));
  }
  g_assert_cmpuint (fixture_get (routes, wrong, NULL), ==, 404);
  g_assert_cmpuint (fixture_get (routes, zero, NULL), ==, 404);
  g_assert_cmpuint (fixture_get (routes, original_path, NULL), ==, 404);

  g_hash_table_unref (fixture_decide (&f, TST_VERDICT_RETIRE, "menor_de_edad", photo->id, NULL));
  g_assert_cmpuint (fixture_get (routes, path, NULL), ==, 410);
  g_assert_cmpuint (fixture_get (routes, picture, NULL), ==, 410);
  {
    g_autofree char *gallery = NULL;
    g_assert_cmpuint (fixture_get (routes, "/galeria", &gallery), ==, 200);
    g_assert_null (strstr (gallery, photo->id));
  }
  g_clear_pointer (&routes, tst_public_routes_free);
  fixture_device_clear (&field);
  fixture_close (&f);
}

/* Numbers can be looked up, not tried out. */
static void
test_contributions (void)
{
  Fixture f;
  FixtureDevice open;
  guint refused = 0;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &open, TST_CHAIN_OPEN);
  g_autofree char *n1 = tst_provisional_number_new (2026);
  g_autofree char *n2 = tst_provisional_number_new (2026);
  g_autoptr (FixtureRecord) yes = fixture_comment (&f, &open, n1, TRUE, "¿Cuándo terminan?");
  g_autoptr (FixtureRecord) no = fixture_comment (&f, &open, n2, FALSE, "Solo para ustedes");
  g_autoptr (TstPageRenderer) renderer = TST_PAGE_RENDERER (tst_web_renderer_new ());
  g_autoptr (TstPublicRoutes) routes = tst_public_routes_new (f.central, renderer);
  g_autofree char *p1 = g_strconcat ("/aportes/", n1, NULL);
  g_autofree char *p2 = g_strconcat ("/aportes/", n2, NULL);
  g_autofree char *lower = g_ascii_strdown (p1 + 9, -1);
  g_autofree char *spelled = g_strconcat ("/aportes/", lower, NULL);
  {
    g_autofree char *page = NULL;
    g_autoptr (TstPublicResponse) r = ask (routes, "GET", p1, "192.0.2.1", NULL);

    g_assert_cmpuint (r->status, ==, 200);
    g_assert_nonnull (strstr (soup_message_headers_get_one (r->headers, "X-Robots-Tag"), "noindex"));
    g_assert_nonnull (strstr (soup_message_headers_get_one (r->headers, "Cache-Control"), "no-store"));
    page = g_strndup (g_bytes_get_data (r->body, NULL), g_bytes_get_size (r->body));
    g_assert_nonnull (strstr (page, "2026-04-21"));
    g_assert_null (strstr (page, "terminan"));
  }
  g_assert_cmpuint (fixture_get (routes, spelled, NULL), ==, 200);
  g_assert_cmpuint (fixture_get (routes, "/aportes/2026-XXXX", NULL), ==, 404);
  g_assert_true (tst_moderation_answer (f.moderation, n1, "En mayo, RESPUESTA-UNO.", NULL));
  g_assert_true (tst_moderation_answer (f.moderation, n2, "RESPUESTA-DOS.", NULL));
  g_hash_table_unref (fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, NULL));
  {
    g_autofree char *page1 = NULL;
    g_autofree char *page2 = NULL;

    g_assert_cmpuint (fixture_get (routes, p1, &page1), ==, 200);
    g_assert_nonnull (strstr (page1, "¿Cuándo terminan?"));
    g_assert_nonnull (strstr (page1, "RESPUESTA-UNO"));
    /* Not for everybody: its answer goes to the number, its text to nobody. */
    g_assert_cmpuint (fixture_get (routes, p2, &page2), ==, 200);
    g_assert_nonnull (strstr (page2, "RESPUESTA-DOS"));
    g_assert_null (strstr (page2, "Solo para ustedes"));
  }
  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (TstPublicResponse) r = ask (routes, "GET", p1, "198.51.100.9", NULL);

      if (r->status == 429)
        {
          refused++;
          g_assert_nonnull (soup_message_headers_get_one (r->headers, "Retry-After"));
        }
      else
        g_assert_cmpuint (r->status, ==, 200);
    }
  g_assert_cmpuint (refused, >=, 35);
  {
    g_autoptr (TstPublicResponse) r = ask (routes, "GET", p1, "198.51.100.10", NULL);
    g_assert_cmpuint (r->status, ==, 200);
  }
  g_clear_pointer (&routes, tst_public_routes_free);
  fixture_device_clear (&open);
  fixture_close (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/public-answers/http", test_http);
  g_test_add_func ("/public-answers/headings", test_headings);
  g_test_add_func ("/public-answers/contributions", test_contributions);
  return g_test_run ();
}
