/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Central over HTTP, request by request: who may ask, what is answered, and what is refused and how. */

#include "intake-fixture.h"

#include "base/tst-codec.h"
#include "central/tst-own-records.h"
#include "central/tst-public-log.h"
#include "protocol/tst-http-signature.h"
#include "protocol/tst-receipt.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static Answer *
post (Fixture *fixture, TstSigningKey *key, const char *path, GBytes *body, const char *type)
{
  g_autofree char *digest = tst_content_digest (body);
  const char *headers[] = { "content-digest", digest, NULL };

  return fixture_request (fixture, key, "POST", path, headers, body, type);
}

static Answer *
post_json (Fixture *fixture, TstSigningKey *key, const char *path, const char *text)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  return post (fixture, key, path, body, "application/json");
}

static void
assert_refused (Answer *answer, guint status, const char *code)
{
  g_autoptr (JsonObject) object = answer_json (answer);

  g_assert_cmpuint (answer->status, ==, status);
  g_assert_cmpstr (tst_json_string (object, "code"), ==, code);
}

static void
test_hello (void)
{
  Fixture *fixture = fixture_new ();
  g_autoptr (Answer) answer = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GBytes) note = NULL;
  g_auto (GStrv) pins = NULL;
  g_autoptr (GError) error = NULL;
  gint64 time_s;

  fixture_serve (fixture, NULL);
  answer = fixture_request (fixture, NULL, "GET", "/sync/v1/hello", NULL, NULL, NULL);
  object = answer_json (answer);
  note = g_bytes_new (tst_json_string (object, "hello"), strlen (tst_json_string (object, "hello")));
  g_assert_true (tst_hello_open (note, tst_central_get_origin (fixture->central),
                                 tst_signing_key_get_verifier (tst_central_get_http_key (fixture->central)), &time_s, &pins, &error));
  g_assert_cmpint (time_s, ==, FIXTURE_NOW_S);
  g_assert_cmpuint (g_strv_length (pins), ==, 0);
  fixture_free (fixture);
}

static char *
registration (Fixture *fixture, const char *code, TstSigningKey *field, TstSigningKey *open, TstSigningKey *prover)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *field_vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (field));
  g_autofree char *open_vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (open));
  g_autoptr (GBytes) proof = tst_open_proof_sign (tst_central_get_origin (fixture->central), tst_signing_key_get_name (field), prover);
  g_autofree char *proof_text = g_strndup (g_bytes_get_data (proof, NULL), g_bytes_get_size (proof));

  json_object_set_string_member (object, "code", code);
  json_object_set_string_member (object, "name", "tableta 3");
  json_object_set_string_member (object, "field", field_vkey);
  json_object_set_string_member (object, "open", open_vkey);
  json_object_set_string_member (object, "open_proof", proof_text);
  return tst_json_write (object);
}

static void
test_register (void)
{
  Fixture *fixture = fixture_new ();
  g_autoptr (TstSigningKey) field = tst_signing_key_generate (NULL);
  g_autoptr (TstSigningKey) open = tst_signing_key_generate (NULL);
  g_autoptr (TstSigningKey) other = tst_signing_key_generate (NULL);
  g_autofree char *code = tst_device_registry_make_code (tst_central_get_devices (fixture->central), "tableta 3", FIXTURE_NOW_S, 60, NULL);
  g_autofree char *late_code = tst_device_registry_make_code (tst_central_get_devices (fixture->central), "tableta 4", FIXTURE_NOW_S - 61, 60, NULL);
  g_autofree char *good = registration (fixture, code, field, open, open);
  g_autofree char *unproved = registration (fixture, code, field, open, other);
  g_autofree char *stolen = registration (fixture, code, other, open, open);
  g_autofree char *late = registration (fixture, late_code, field, open, open);

  fixture_serve (fixture, NULL);
  {
    g_autoptr (Answer) answer = post_json (fixture, field, "/sync/v1/register", unproved);

    g_assert_cmpuint (answer->status, ==, 400);
  }
  {
    g_autoptr (Answer) answer = post_json (fixture, field, "/sync/v1/register", late);

    assert_refused (answer, 403, "enrolment-code");
  }
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Answer) answer = post_json (fixture, field, "/sync/v1/register", good);
      g_autoptr (JsonObject) object = answer_json (answer);

      g_assert_cmpuint (answer->status, ==, 200);
      g_assert_true (tst_json_bool (object, "registered", FALSE));
    }
  {
    /* The code again, under another field key; then signed by somebody who is not in the body. */
    g_autoptr (Answer) answer = post_json (fixture, other, "/sync/v1/register", stolen);
    g_autoptr (Answer) foreign = post_json (fixture, other, "/sync/v1/register", good);

    g_assert_cmpuint (answer->status, ==, 400);
    assert_refused (foreign, 403, "unknown-device");
  }
  g_assert_cmpuint (fixture_count (fixture, "SELECT count (*) FROM device"), ==, 2);
  fixture_free (fixture);
}

/* One request with fields as given, unlike what fixture_request() would make them. */
static Answer *
heads_with (Fixture *fixture, TstSigningKey *key, const char *nonce, const char *signed_path, GBytes *digested)
{
  g_autofree char *digest = tst_content_digest (digested);
  g_autofree char *input = NULL;
  g_autofree char *signature = NULL;
  const char *covered[] = { "content-digest", digest, NULL };
  const char *headers[] = { "content-digest", digest, "Signature-Input", NULL, "Signature", NULL, NULL };
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);

  fixture_sign (fixture, key, "POST", signed_path, covered, nonce, &input, &signature);
  headers[3] = input;
  headers[5] = signature;
  return fixture_request (fixture, NULL, "POST", "/sync/v1/heads", headers, body, "application/json");
}

static void
test_signatures (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  TstSigningKey *key = tablet->keys[TST_CHAIN_FIELD];
  g_autoptr (TstSigningKey) stranger = tst_signing_key_generate (NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);
  g_autoptr (GBytes) other_body = g_bytes_new_static ("{ }", 3);
  g_autofree char *nonce = NULL;

  fixture_serve (fixture, NULL);
  nonce = fixture_nonce (fixture);
  {
    g_autoptr (Answer) path = heads_with (fixture, key, nonce, "/sync/v1/decisions", body);
    g_autofree char *another = fixture_nonce (fixture);
    g_autoptr (Answer) digest = heads_with (fixture, key, another, "/sync/v1/heads", other_body);
    g_autoptr (Answer) who = heads_with (fixture, stranger, nonce, "/sync/v1/heads", body);
    g_autoptr (Answer) invented = heads_with (fixture, key, "AAAAAAAAAAAAAAAAAAAAAA", "/sync/v1/heads", body);
    g_autoptr (Answer) unsigned_one = fixture_request (fixture, NULL, "POST", "/sync/v1/heads", NULL, body, "application/json");

    assert_refused (path, 401, "signature");
    assert_refused (digest, 401, "signature");
    assert_refused (who, 403, "unknown-device");
    assert_refused (invented, 401, "nonce");
    g_assert_nonnull (soup_message_headers_get_one (invented->headers, "Testigo-Nonce"));
    assert_refused (unsigned_one, 401, "signature");
  }
  {
    /* None of these used that nonce up; the good one does. */
    g_autoptr (Answer) good = heads_with (fixture, key, nonce, "/sync/v1/heads", body);
    g_autoptr (Answer) replayed = heads_with (fixture, key, nonce, "/sync/v1/heads", body);
    const char *fresh = soup_message_headers_get_one (replayed->headers, "Testigo-Nonce");
    g_autoptr (Answer) repeated = heads_with (fixture, key, fresh, "/sync/v1/heads", body);

    g_assert_cmpuint (good->status, ==, 200);
    assert_refused (replayed, 401, "nonce");
    g_assert_cmpuint (repeated->status, ==, 200);
  }
  tst_device_registry_set_state (tst_central_get_devices (fixture->central), "tableta de prueba", TST_DEVICE_LOST, NULL, NULL);
  {
    g_autoptr (Answer) answer = post_json (fixture, key, "/sync/v1/heads", "{}");
    g_autoptr (Record) record = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);
    g_autoptr (GBytes) bundle = bundle_of (record, WITH_BODY);
    g_autoptr (Answer) taken = post (fixture, key, "/sync/v1/bundle", bundle, TST_BUNDLE_MIME);

    assert_refused (answer, 403, "device-lost");
    g_assert_cmpuint (taken->status, ==, 200);
  }
  tst_device_registry_set_state (tst_central_get_devices (fixture->central), "tableta de prueba", TST_DEVICE_RETIRED, NULL, NULL);
  {
    g_autoptr (Answer) answer = post_json (fixture, key, "/sync/v1/holdings", "{\"hashes\":[]}");

    assert_refused (answer, 403, "device-retired");
  }
  tablet_free (tablet);
  fixture_free (fixture);
}

static void
test_bundle (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  TstSigningKey *key = tablet->keys[TST_CHAIN_OPEN];
  g_autoptr (Record) one = tablet_record (tablet, TST_CHAIN_OPEN, TST_KIND_CONTRIBUTION, "contribution", 1, 4600, NULL, 0);
  g_autoptr (Record) two = tablet_record (tablet, TST_CHAIN_OPEN, TST_KIND_CONTRIBUTION, "contribution", 1, 4600, NULL, 0);
  g_autoptr (GBytes) first = bundle_of (one, WITH_ALL | SEALED);
  g_autoptr (GBytes) second = bundle_of (two, WITH_ALL | SEALED);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (second, 0, g_bytes_get_size (second) - 10);
  g_autoptr (GBytes) huge = g_bytes_new_take (g_malloc0 (9 * 1024 * 1024), 9 * 1024 * 1024);

  fixture_serve (fixture, NULL);
  {
    g_autoptr (Answer) answer = post (fixture, key, "/sync/v1/bundle", first, TST_BUNDLE_MIME);
    g_autoptr (Answer) next = post (fixture, key, "/sync/v1/bundle?from=1", second, TST_BUNDLE_MIME);
    g_autoptr (JsonObject) object = answer_json (answer);
    g_autoptr (JsonObject) next_object = answer_json (next);

    g_assert_cmpuint (answer->status, ==, 200);
    fixture_check_answer (fixture, object, first);
    g_assert_cmpuint (next->status, ==, 200);
    fixture_check_answer (fixture, next_object, second);
    g_assert_cmpuint (json_array_get_length (tst_json_array (next_object, "consistency")), ==, 1);
  }
  {
    g_autoptr (Answer) broken = post (fixture, key, "/sync/v1/bundle", cut, TST_BUNDLE_MIME);
    g_autoptr (Answer) large = post (fixture, key, "/sync/v1/bundle", huge, TST_BUNDLE_MIME);
    g_autoptr (Answer) method = fixture_request (fixture, NULL, "GET", "/sync/v1/bundle", NULL, NULL, NULL);

    assert_refused (broken, 400, "bad-request");
    assert_refused (large, 413, "too-large");
    g_assert_cmpuint (method->status, ==, 405);
  }
  tablet_free (tablet);
  fixture_free (fixture);
}

static void
test_heads (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  g_autoptr (Record) one = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);
  g_autoptr (Record) two = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);
  g_autoptr (Record) other = NULL;
  const Record *all[3] = { one, two };

  tablet_forget_last (tablet, TST_CHAIN_FIELD, one);
  all[2] = other = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);
  fixture_serve (fixture, NULL);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (Answer) answer = post_json (fixture, tablet->keys[TST_CHAIN_FIELD], "/sync/v1/heads", "{}");
      g_autoptr (JsonObject) object = answer_json (answer);
      JsonArray *chains = tst_json_array (object, "chains");
      g_autoptr (GBytes) bundle = i < 3 ? bundle_of (all[i], WITH_BODY) : NULL;
      g_autoptr (JsonObject) taken = i < 3 ? fixture_take (fixture, bundle, 0) : NULL;

      g_assert_cmpuint (json_array_get_length (chains), ==, i == 0 ? 0 : (i == 3 ? 2 : 1));
      for (guint j = 0; j < json_array_get_length (chains); j++)
        {
          JsonObject *head = json_array_get_object_element (chains, j);
          g_autofree char *hash = tst_hash_to_base64 (tst_envelope_get_text_hash (all[i - 1 + (i == 3 ? (int) j - 1 : 0)]->envelope));

          g_assert_cmpstr (tst_json_string (head, "hash"), ==, hash);
          g_assert_cmpint (tst_json_int (head, "seq", 0), ==, MIN (i, 2));
          g_assert_cmpint (tst_json_int (head, "forks", -1), ==, i == 3 ? 1 : 0);
        }
    }
  tablet_free (tablet);
  fixture_free (fixture);
}

static JsonObject *
ask_holdings (Fixture *fixture, Tablet *tablet, const TstHash *hashes, guint n)
{
  GString *text = g_string_new ("{\"hashes\":[");
  g_autofree char *json = NULL;
  g_autoptr (Answer) answer = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *hex = tst_hash_to_hex (&hashes[i]);

      g_string_append_printf (text, "%s\"%s\"", i > 0 ? "," : "", hex);
    }
  g_string_append (text, "]}");
  json = g_string_free (text, FALSE);
  answer = post_json (fixture, tablet->keys[TST_CHAIN_FIELD], "/sync/v1/holdings", json);
  g_assert_cmpuint (answer->status, ==, 200);
  return answer_json (answer);
}

static void
damage (const char *path)
{
  int fd = open (path, O_RDWR | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, "X", 1, 3), ==, 1);
  close (fd);
}

static void
test_holdings (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  g_autoptr (GBytes) picture = g_bytes_new_static ("bytes of a picture", 18);
  g_autoptr (Record) record = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_ATTENDANCE, "attendance", 1, 700, NULL, 0);
  g_autoptr (GBytes) bundle = bundle_of (record, WITH_ALL);
  g_autoptr (JsonObject) taken = fixture_take (fixture, bundle, 0);
  g_autofree char *path = NULL;
  TstMediaRef ref;
  TstHash hashes[4];
  g_autoptr (GError) error = NULL;

  g_assert_true (tst_media_store_put_bytes (tst_central_get_media (fixture->central), picture, &ref, &error));
  hashes[0] = tst_envelope_get_fields (record->envelope)->body;
  hashes[1] = ((TstBundlePart *) g_ptr_array_index (record->parts, 0))->sha256;
  hashes[2] = ref.sha256;
  hashes[3] = tst_hash_data ("nobody has this", 15);
  {
    g_autofree char *hex = tst_hash_to_hex (&ref.sha256);
    g_autofree char *sql = g_strdup_printf ("INSERT INTO holding VALUES (x'%s', 18, 'image/jpeg', 1)", hex);

    fixture_tamper (fixture, sql);
  }
  path = tst_media_store_path (tst_central_get_media (fixture->central), &ref.sha256);
  fixture_serve (fixture, NULL);
  {
    g_autoptr (JsonObject) answer = ask_holdings (fixture, tablet, hashes, 4);

    g_assert_true (answer_holds (fixture, answer, &hashes[0], g_bytes_get_size (record->body)));
    g_assert_true (answer_holds (fixture, answer, &hashes[1], 700));
    g_assert_true (answer_holds (fixture, answer, &hashes[2], 18));
    g_assert_cmpuint (json_array_get_length (tst_json_array (answer, "missing")), ==, 1);
  }
  fixture_stop (fixture);
  damage (path);
  fixture_reopen (fixture);
  fixture_serve (fixture, NULL);
  {
    g_autoptr (JsonObject) answer = ask_holdings (fixture, tablet, hashes, 4);

    g_assert_false (answer_holds (fixture, answer, &hashes[2], 18));
    g_assert_cmpuint (json_array_get_length (tst_json_array (answer, "missing")), ==, 2);
    g_assert_cmpuint (fixture_count (fixture, "SELECT count (*) FROM holding"), ==, 0);
  }
  tablet_free (tablet);
  fixture_free (fixture);
}

static void
test_decisions_and_catalogue (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  Tablet *other = tablet_new (fixture);
  g_autoptr (Record) record = tablet_record (tablet, TST_CHAIN_OPEN, TST_KIND_CONTRIBUTION, "contribution", 0, 0, NULL, 0);
  g_autoptr (GBytes) bundle = bundle_of (record, WITH_BODY);
  g_autoptr (JsonObject) taken = fixture_take (fixture, bundle, 0);
  g_autoptr (JsonObject) content = json_object_new ();
  g_autofree char *hex = tst_hash_to_hex (tst_envelope_get_text_hash (record->envelope));
  g_autoptr (TstEnvelope) decision = NULL;
  g_autoptr (GError) error = NULL;

  json_object_set_string_member (content, "type", "withhold");
  json_object_set_string_member (content, "target", tst_envelope_get_fields (record->envelope)->id);
  json_object_set_string_member (content, "target_record", hex);
  json_object_set_string_member (content, "target_device", tst_envelope_get_device (record->envelope));
  json_object_set_string_member (content, "reason", "otro");
  g_assert_true (tst_central_append_record (fixture->central, TST_KIND_DECISION, content, &decision, &error));
  fixture_tamper (fixture, "INSERT INTO work (code, rev, gone, content) VALUES ('O-1', 3, 0, '{\"code\":\"O-1\"}'), ('O-2', 5, 1, NULL);"
                           "INSERT INTO event (id, rev, assigned, content) VALUES ('e1', 4, 1, '{\"id\":\"e1\"}'), ('e2', 4, 0, '{}')");
  fixture_serve (fixture, NULL);
  {
    /* The open chain's record; the field key of the same tablet hears of it, another tablet does not. */
    g_autoptr (Answer) answer = post_json (fixture, tablet->keys[TST_CHAIN_FIELD], "/sync/v1/decisions", "{\"since\":0}");
    g_autoptr (Answer) none = post_json (fixture, other->keys[TST_CHAIN_FIELD], "/sync/v1/decisions", "{\"since\":0}");
    g_autoptr (JsonObject) object = answer_json (answer);
    g_autoptr (JsonObject) none_object = answer_json (none);
    JsonArray *decisions = tst_json_array (object, "decisions");
    g_autoptr (GBytes) note = NULL;
    g_autoptr (GBytes) body = NULL;
    TstHash hash;

    g_assert_cmpuint (json_array_get_length (decisions), ==, 1);
    g_assert_cmpint (tst_json_int (object, "next", 0), ==, 2);
    note = tst_base64_decode (tst_json_string (json_array_get_object_element (decisions, 0), "envelope"));
    body = tst_base64_decode (tst_json_string (json_array_get_object_element (decisions, 0), "body"));
    g_assert_true (g_bytes_equal (note, tst_envelope_get_note (decision)));
    hash = tst_hash_bytes (body);
    g_assert_true (tst_hash_equal (&hash, &tst_envelope_get_fields (decision)->body));
    g_assert_cmpuint (json_array_get_length (tst_json_array (none_object, "decisions")), ==, 0);
  }
  {
    g_autoptr (Answer) all = fixture_request (fixture, tablet->keys[0], "GET", "/sync/v1/catalogue?since=0", NULL, NULL, NULL);
    g_autoptr (Answer) later = fixture_request (fixture, tablet->keys[0], "GET", "/sync/v1/catalogue?since=3", NULL, NULL, NULL);
    g_autofree char *all_text = g_strndup (g_bytes_get_data (all->body, NULL), g_bytes_get_size (all->body));
    g_autofree char *later_text = g_strndup (g_bytes_get_data (later->body, NULL), g_bytes_get_size (later->body));

    g_autoptr (Answer) rest = fixture_request (fixture, tablet->keys[0], "GET", "/sync/v1/catalogue?since=0&until=5&part=work&after=O-1", NULL, NULL, NULL);
    g_autofree char *rest_text = g_strndup (g_bytes_get_data (rest->body, NULL), g_bytes_get_size (rest->body));

    /* What was cut after O-1 goes on with the same end. */
    g_assert_cmpstr (rest_text, ==, later_text);
    g_assert_cmpstr (all_text, ==, "{\"until\":5}\n{\"work\":{\"code\":\"O-1\"}}\n{\"work_gone\":\"O-2\"}\n{\"event\":{\"id\":\"e1\"}}\n{\"rev\":5,\"files\":\"-\"}\n");
    g_assert_cmpstr (later_text, ==, "{\"until\":5}\n{\"work_gone\":\"O-2\"}\n{\"event\":{\"id\":\"e1\"}}\n{\"rev\":5,\"files\":\"-\"}\n");
  }
  tablet_free (other);
  tablet_free (tablet);
  fixture_free (fixture);
}

static void
test_log_addresses (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();
  g_autoptr (GBytes) bundle = NULL;
  g_autoptr (JsonObject) taken = NULL;
  static const struct
  {
    const char *path;
    guint status;
    gsize size;
  } cases[] = {
    { "/log/tile/0/000", 200, 256 * 32 },   { "/log/tile/0/000.p/5", 200, 5 * 32 }, { "/log/tile/0/001.p/44", 200, 44 * 32 },
    { "/log/tile/0/001.p/45", 404, 0 },     { "/log/tile/0/001", 404, 0 },          { "/log/tile/1/000.p/1", 200, 32 },
    { "/log/tile/entries/001.p/44", 200, 0 }, { "/log/tile/00/000", 404, 0 },   { "/log/tile/9/000", 404, 0 },
    { "/log/nothing", 404, 0 },
  };

  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (Record) record = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);

      bundle_add (writer, record, 0);
    }
  bundle = tst_bundle_writer_finish (writer);
  taken = fixture_take (fixture, bundle, 0);
  fixture_serve (fixture, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Answer) answer = fixture_request (fixture, NULL, "GET", cases[i].path, NULL, NULL, NULL);
      const char *cache = soup_message_headers_get_one (answer->headers, "Cache-Control");

      g_assert_cmpuint (answer->status, ==, cases[i].status);
      if (cases[i].size > 0)
        g_assert_cmpuint (g_bytes_get_size (answer->body), ==, cases[i].size);
      g_assert_cmpstr (cache, ==, cases[i].status == 200 ? "public, max-age=31536000, immutable" : "no-store");
    }
  {
    g_autoptr (Answer) answer = fixture_request (fixture, NULL, "GET", "/log/tile/entries/001.p/44", NULL, NULL, NULL);
    g_autoptr (GPtrArray) entries = tst_entries_parse (answer->body, NULL);

    g_assert_nonnull (entries);
    g_assert_cmpuint (entries->len, ==, 44);
  }
  tablet_free (tablet);
  fixture_free (fixture);
}

/* Bytes of a body without an announced end that central takes before it cuts the line; 64 MiB at most are tried. */
static gsize
pour (Fixture *fixture, const char *head)
{
  static const gsize piece = 64 * 1024;
  g_autofree char *chunk = g_strdup_printf ("10000\r\n%*s\r\n", (int) piece, "");
  /* A line that was cut under full buffers may just take nothing more. */
  struct timeval patience = { .tv_sec = 2 };
  int fd = fixture_connect (fixture);
  gsize poured = 0;

  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience), ==, 0);
  g_assert_cmpint (send (fd, head, strlen (head), MSG_NOSIGNAL), ==, strlen (head));
  while (poured < 64 * 1024 * 1024)
    {
      const char *at = chunk;
      gsize left = strlen (chunk);

      while (left > 0)
        {
          ssize_t n = send (fd, at, left, MSG_NOSIGNAL);

          if (n <= 0)
            {
              close (fd);
              return poured;
            }
          at += n;
          left -= n;
        }
      poured += piece;
    }
  close (fd);
  return poured;
}

/* No address takes a body that it has no use for, known or not, with an announced length or without. */
static void
test_unwanted_bodies (void)
{
  static const char *const paths[] = { "/", "/nothing", "/sync/v1/bundle/more", "/sync/v1/hello", "/log/checkpoint" };
  Fixture *fixture = fixture_new ();
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (512 * 1024), 512 * 1024);

  fixture_serve (fixture, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *head = g_strdup_printf ("POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", paths[i]);
      g_autoptr (Answer) answer = fixture_request (fixture, NULL, "POST", paths[i], NULL, large, "text/plain");

      g_assert_cmpuint (answer->status, >=, 404);
      g_assert_cmpuint (answer->status, <=, 413);
      g_assert_cmpuint (pour (fixture, head), <, 32 * 1024 * 1024);
    }
  fixture_free (fixture);
}

/* A client that never finishes its request does not keep central from stopping, nor others from being served. */
static void
test_stop_with_a_slow_client (void)
{
  Fixture *fixture = fixture_new ();
  g_autoptr (Answer) answer = NULL;
  gint64 begin;
  int fd;

  fixture_serve (fixture, NULL);
  fd = fixture_connect (fixture);
  g_assert_cmpint (send (fd, "POST /sync/v1/bundle HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf", 66, MSG_NOSIGNAL), ==, 66);
  answer = fixture_request (fixture, NULL, "GET", "/sync/v1/hello", NULL, NULL, NULL);
  g_assert_cmpuint (answer->status, ==, 200);
  begin = g_get_monotonic_time ();
  fixture_stop (fixture);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 12 * G_USEC_PER_SEC);
  close (fd);
  fixture_free (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* A damaged medium is warned of, as it must be. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_test_add_func ("/routes/hello", test_hello);
  g_test_add_func ("/routes/register", test_register);
  g_test_add_func ("/routes/signatures", test_signatures);
  g_test_add_func ("/routes/bundle", test_bundle);
  g_test_add_func ("/routes/heads", test_heads);
  g_test_add_func ("/routes/holdings", test_holdings);
  g_test_add_func ("/routes/decisions-and-catalogue", test_decisions_and_catalogue);
  g_test_add_func ("/routes/log", test_log_addresses);
  g_test_add_func ("/routes/unwanted-bodies", test_unwanted_bodies);
  g_test_add_func ("/routes/stop-with-a-slow-client", test_stop_with_a_slow_client);
  return g_test_run ();
}
