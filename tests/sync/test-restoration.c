/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-fixture.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-damage.h"
#include "central/tst-holdings.h"
#include "central/tst-new-origin.h"
#include "central/tst-public-log.h"
#include "central/tst-refill.h"
#include "central/tst-restoration.h"

#include <glib/gstdio.h>
#include <string.h>

/* Yesterday's copy of a central, and what comes back to it: from its mirror, from devices, or never. */

static void
close_central (Fixture *self)
{
  tst_moderation_free (self->moderation);
  tst_central_close (self->central);
  g_object_unref (self->central);
}

static void
open_central (Fixture *self, const char *mirror)
{
  g_autofree char *folder = g_build_filename (self->base, "central", NULL);
  g_autoptr (GError) error = NULL;

  self->central = tst_central_open_mirrored (folder, self->clock, mirror, &error);
  g_assert_no_error (error);
  self->moderation = tst_moderation_new (self->central, NULL);
}

static void
in_base (Fixture *self, const char *command)
{
  g_autofree char *line = g_strdup_printf ("sh -c 'cd %s && %s'", self->base, command);
  g_autoptr (GError) error = NULL;
  int status = 1;

  g_assert_true (g_spawn_command_line_sync (line, NULL, NULL, &status, &error));
  g_assert_cmpint (status, ==, 0);
}

static void
make_copy (Fixture *self)
{
  close_central (self);
  in_base (self, "cp -a central copy");
  open_central (self, NULL);
}

static void
bring_copy_back (Fixture *self)
{
  close_central (self);
  in_base (self, "rm -rf central && mv copy central");
  open_central (self, NULL);
}

typedef struct
{
  TstPublicLog *log;
  guint64 index, size;
  GArray *proof;
} Proving;

static gboolean
prove (TstStore *store, gpointer data, GError **error)
{
  Proving *proving = data;

  proving->proof = tst_public_log_inclusion (proving->log, proving->index, proving->size, error);
  return proving->proof != NULL;
}

static guint64
index_of (Fixture *self, FixtureRecord *record)
{
  g_autofree char *value = fixture_value (self, "SELECT idx FROM leaf WHERE id = '%s'", record->id);

  g_assert_nonnull (value);
  return g_ascii_strtoull (value, NULL, 10);
}

/* A leaf as a device brings it back. */
static JsonObject *
describe (Fixture *self, FixtureRecord *record, guint64 size)
{
  Proving proving = { tst_central_get_log (self->central), index_of (self, record), size, NULL };
  JsonObject *row = json_object_new ();
  JsonArray *proof = json_array_new ();
  gsize length;
  const guchar *note = g_bytes_get_data (tst_envelope_get_note (record->envelope), &length);
  g_autofree char *text = g_base64_encode (note, length);
  g_autoptr (GError) error = NULL;

  tst_store_read (tst_central_get_store (self->central), prove, &proving, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < proving.proof->len; i++)
    {
      g_autofree char *hash = tst_hash_to_base64 (&g_array_index (proving.proof, TstHash, i));

      json_array_add_string_element (proof, hash);
    }
  g_array_unref (proving.proof);
  json_object_set_int_member (row, "index", proving.index);
  json_object_set_string_member (row, "envelope", text);
  json_object_set_array_member (row, "proof", proof);
  json_object_set_int_member (row, "size", size);
  return row;
}

static char *
bring (Fixture *self, TstCheckpoint *checkpoint, JsonObject *leaf, GError **error)
{
  g_autoptr (JsonObject) request = json_object_new ();
  JsonArray *notes = json_array_new ();
  JsonArray *leaves = json_array_new ();
  g_autofree char *note = g_strndup (g_bytes_get_data (checkpoint->note, NULL), g_bytes_get_size (checkpoint->note));

  json_array_add_string_element (notes, note);
  json_array_add_object_element (leaves, json_object_ref (leaf));
  json_object_set_array_member (request, "checkpoints", notes);
  json_object_set_array_member (request, "leaves", leaves);
  return tst_refill_take (self->central, request, error);
}

static FixtureRecord *
note (Fixture *self, FixtureDevice *device, const char *text)
{
  return fixture_add (self, device, TST_KIND_EVIDENCE, "{'type':'note','text':'%s'}", text);
}

static void
test_refill (void)
{
  Fixture self;
  FixtureDevice device;
  g_autoptr (GError) error = NULL;
  g_autoptr (TstCheckpoint) newest = NULL;
  g_autoptr (TstCheckpoint) again = NULL;
  g_autoptr (JsonObject) third = NULL;
  g_autoptr (JsonObject) fourth = NULL;
  g_autofree char *read_only = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *id = NULL;
  TstRefillState state = { 0 };
  FixtureRecord *records[4];
  guint64 at;

  fixture_open (&self, NULL);
  fixture_device_init (&self, &device, TST_CHAIN_FIELD);
  records[0] = note (&self, &device, "uno");
  records[1] = note (&self, &device, "dos");
  make_copy (&self);
  records[2] = note (&self, &device, "tres");
  records[3] = note (&self, &device, "cuatro");
  newest = tst_public_log_dup_checkpoint (tst_central_get_log (self.central));
  third = describe (&self, records[2], newest->size);
  fourth = describe (&self, records[3], newest->size);
  at = index_of (&self, records[3]);

  bring_copy_back (&self);
  g_assert_false (tst_restoration_is_marked (self.central));
  /* A device shows what it saw signed: nothing more is signed over another past. */
  g_assert_true (tst_public_log_compare (tst_central_get_log (self.central), newest->note, &error));
  g_assert_true (tst_public_log_is_behind (tst_central_get_log (self.central), NULL));
  g_assert_true (tst_restoration_is_marked (self.central));
  g_assert_true (tst_restoration_was_found (self.central));
  read_only = tst_central_dup_read_only (self.central);
  g_assert_nonnull (read_only);
  g_assert_true (tst_refill_get_state (self.central, &state, &error));
  g_assert_cmpuint (state.target, ==, newest->size);
  g_assert_cmpuint (state.leaves, ==, newest->size - 2);
  g_assert_cmpuint (state.returned, ==, 0);

  /* A leaf at another's place proves nothing. */
  json_object_set_int_member (fourth, "index", at - 1);
  g_assert_null (bring (&self, newest, fourth, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_PROOF);
  g_clear_error (&error);
  json_object_set_int_member (fourth, "index", at);
  answer = bring (&self, newest, fourth, &error);
  g_assert_no_error (error);
  g_assert_true (tst_refill_get_state (self.central, &state, &error));
  g_assert_cmpuint (state.returned, ==, 1);
  g_assert_cmpuint (state.leaves, ==, newest->size - 2); /* kept apart until all is there */

  /* It waits through a restart. */
  fixture_reopen (&self);
  g_assert_true (tst_public_log_is_behind (tst_central_get_log (self.central), NULL));
  g_free (answer);
  answer = bring (&self, newest, third, &error);
  g_assert_no_error (error);
  g_assert_true (tst_refill_seen (self.central, tst_signing_key_get_name (device.key), &error));
  g_assert_no_error (error);
  g_assert_false (tst_public_log_is_behind (tst_central_get_log (self.central), NULL));
  g_assert_false (tst_restoration_is_marked (self.central));
  again = tst_public_log_dup_checkpoint (tst_central_get_log (self.central));
  g_assert_cmpuint (again->size, ==, newest->size);
  g_assert_true (tst_hash_equal (&again->root, &newest->root));
  id = fixture_value (&self, "SELECT id FROM leaf WHERE idx = %" G_GUINT64_FORMAT, at);
  g_assert_cmpstr (id, ==, records[3]->id);
  g_assert_null (bring (&self, newest, third, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_WRONG_STATE);
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    fixture_record_free (records[i]);
  fixture_device_clear (&device);
  fixture_close (&self);
}

static void
test_mirror (void)
{
  Fixture self;
  FixtureDevice device;
  g_autofree char *mirror = NULL;
  g_autoptr (GHashTable) withheld = NULL;
  g_autoptr (GHashTable) erased = NULL;
  g_autoptr (TstCheckpoint) newest = NULL;
  g_autoptr (TstCheckpoint) again = NULL;
  g_autofree char *read_only = NULL;
  FixtureRecord *first, *second, *third;

  fixture_open (&self, NULL);
  mirror = g_build_filename (self.base, "mirror", NULL);
  fixture_device_init (&self, &device, TST_CHAIN_FIELD);
  close_central (&self);
  open_central (&self, mirror);
  first = note (&self, &device, "uno");
  second = note (&self, &device, "dos");
  make_copy (&self);
  third = note (&self, &device, "tres");
  withheld = fixture_decide (&self, TST_VERDICT_WITHHOLD, "calidad", first->id, NULL);
  fixture_assert_code (withheld, first->id, "ok");
  erased = fixture_decide (&self, TST_VERDICT_ERASE, "pedido_titular", second->id, NULL);
  fixture_assert_code (erased, second->id, "ok");
  newest = tst_public_log_dup_checkpoint (tst_central_get_log (self.central));

  bring_copy_back (&self);
  /* All of it is back before anybody is answered; what was erased and withheld stays so. */
  g_assert_false (tst_public_log_is_behind (tst_central_get_log (self.central), NULL));
  read_only = tst_central_dup_read_only (self.central);
  g_assert_null (read_only);
  again = tst_public_log_dup_checkpoint (tst_central_get_log (self.central));
  g_assert_cmpuint (again->size, ==, newest->size);
  g_assert_true (tst_hash_equal (&again->root, &newest->root));
  fixture_assert_value (&self, "withheld", "SELECT state FROM item WHERE id = '%s'", first->id);
  fixture_assert_value (&self, "erased", "SELECT state FROM item WHERE id = '%s'", second->id);
  fixture_assert_value (&self, "erased", "SELECT body_state FROM leaf WHERE id = '%s'", second->id);
  fixture_assert_value (&self, "missing", "SELECT body_state FROM leaf WHERE id = '%s'", third->id);
  fixture_record_free (first);
  fixture_record_free (second);
  fixture_record_free (third);
  fixture_device_clear (&device);
  fixture_close (&self);
}

static void
test_new_origin (void)
{
  Fixture self;
  FixtureDevice device;
  g_autoptr (TstCheckpoint) newest = NULL;
  g_autoptr (TstCheckpoint) fresh = NULL;
  g_autoptr (GError) error = NULL;
  FixtureRecord *kept, *lost;

  fixture_open (&self, NULL);
  fixture_device_init (&self, &device, TST_CHAIN_FIELD);
  kept = note (&self, &device, "queda");
  g_assert_false (tst_new_origin_begin (self.central, "obras.ejemplo.test/testigo-2", "nada", &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_WRONG_STATE);
  g_clear_error (&error);
  make_copy (&self);
  lost = note (&self, &device, "se pierde");
  newest = tst_public_log_dup_checkpoint (tst_central_get_log (self.central));
  bring_copy_back (&self);
  g_assert_true (tst_public_log_compare (tst_central_get_log (self.central), newest->note, &error));

  g_assert_false (tst_new_origin_begin (self.central, "obras.ejemplo.test/testigo", "copia vieja", &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);
  g_assert_true (tst_new_origin_begin (self.central, "obras.ejemplo.test/testigo-2", "copia vieja", &error));
  g_assert_no_error (error);
  fixture_reopen (&self);
  g_assert_cmpstr (tst_central_get_origin (self.central), ==, "obras.ejemplo.test/testigo-2");
  g_assert_false (tst_public_log_is_behind (tst_central_get_log (self.central), NULL));
  /* Its first leaf says where it comes from; what was left follows; the old one's checkpoints are kept and its key signs nothing more. */
  fixture_assert_value (&self, "central", "SELECT chain FROM leaf WHERE idx = 0");
  fixture_assert_value (&self, "1", "SELECT count(*) FROM leaf WHERE id = '%s' AND idx > 0", kept->id);
  fixture_assert_value (&self, "0", "SELECT count(*) FROM leaf WHERE id = '%s'", lost->id);
  fixture_assert_value (&self, "1", "SELECT count(*) > 0 FROM old_checkpoint WHERE origin = 'obras.ejemplo.test/testigo'");
  fresh = tst_public_log_dup_checkpoint (tst_central_get_log (self.central));
  g_assert_null (tst_checkpoint_open (newest->note, tst_signing_key_get_verifier (tst_central_get_log_key (self.central)), NULL));
  g_assert_cmpuint (fresh->size, >, 0);
  fixture_record_free (kept);
  fixture_record_free (lost);
  fixture_device_clear (&device);
  fixture_close (&self);
}

/* --- media behind our back --- */

static void
wait_for_damage (Fixture *self, guint n, const char *code)
{
  gint64 until = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GArray) list = tst_damage_list (self->central, &error);
      gboolean found = FALSE;

      g_assert_no_error (error);
      for (guint i = 0; i < list->len; i++)
        found = found || g_strcmp0 (g_array_index (list, TstDamage, i).code, code) == 0;
      if (list->len == n && found)
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_usleep (20000);
    }
}

static void
test_scrubber (void)
{
  Fixture self;
  FixtureDevice device;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) fast = json_object_new ();
  g_autoptr (JsonObject) off = json_object_new ();
  g_autoptr (GHashTable) erased = NULL;
  g_autoptr (GArray) list = NULL;
  TstScrubber *scrubber;
  TstHoldings *holdings;
  FixtureRecord *photos[3];
  TstHash hashes[3];
  g_autofree char *flipped = NULL;
  g_autofree char *gone = NULL;
  g_autofree char *hex = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *content = NULL;
  gsize size;

  fixture_open (&self, NULL);
  fixture_device_init (&self, &device, TST_CHAIN_FIELD);
  for (guint i = 0; i < G_N_ELEMENTS (photos); i++)
    {
      g_autofree char *medium = NULL;

      photos[i] = fixture_photo (&self, &device, i + 1, "");
      medium = fixture_value (&self, "SELECT lower (hex (m.sha256)) FROM record_media m JOIN leaf l ON l.text_hash = m.text_hash WHERE l.id = '%s'",
                              photos[i]->id);
      g_assert_true (tst_hash_from_hex (medium, &hashes[i]));
    }
  json_object_set_int_member (off, "scrub_bytes_s", 0);
  tst_central_update_town (self.central, off, &error);
  g_assert_null (tst_scrubber_new (self.central));
  json_object_set_int_member (fast, "scrub_bytes_s", 100 * 1024 * 1024);
  tst_central_update_town (self.central, fast, &error);
  g_assert_no_error (error);

  flipped = tst_media_store_path (tst_central_get_media (self.central), &hashes[0]);
  gone = tst_media_store_path (tst_central_get_media (self.central), &hashes[1]);
  g_assert_true (g_file_get_contents (flipped, &content, &size, &error));
  content[size / 2] ^= 1;
  g_assert_true (g_file_set_contents (flipped, content, size, &error));
  g_assert_cmpint (g_unlink (gone), ==, 0);
  scrubber = tst_scrubber_new (self.central);
  wait_for_damage (&self, 2, "hash-mismatch");
  wait_for_damage (&self, 2, "missing-content");
  tst_scrubber_free (scrubber);
  /* No receipt any more for either; what is left of the altered one is kept apart, for it may be the only copy. */
  fixture_assert_value (&self, "1", "SELECT count(*) FROM holding");
  hex = tst_hash_to_hex (&hashes[0]);
  kept = g_build_filename (self.base, "central", "damaged", hex, NULL);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (flipped, G_FILE_TEST_EXISTS));
  /* It came again. */
  holdings = tst_holdings_new (self.central);
  g_assert_true (tst_holdings_add_medium (holdings, &hashes[1], 1, "image/jpeg", NULL, &error));
  tst_holdings_free (holdings);
  list = tst_damage_list (self.central, &error);
  for (guint i = 0; i < list->len; i++)
    g_assert_cmpint (g_array_index (list, TstDamage, i).back, ==, tst_hash_equal (&g_array_index (list, TstDamage, i).sha256, &hashes[1]));
  /* An erasure reaches what was kept apart, and nobody is asked for it any more. */
  erased = fixture_decide (&self, TST_VERDICT_ERASE, "pedido_titular", photos[0]->id, NULL);
  fixture_assert_code (erased, photos[0]->id, "ok");
  g_assert_false (g_file_test (kept, G_FILE_TEST_EXISTS));
  g_clear_pointer (&list, g_array_unref);
  list = tst_damage_list (self.central, &error);
  g_assert_cmpuint (list->len, ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (photos); i++)
    fixture_record_free (photos[i]);
  fixture_device_clear (&device);
  fixture_close (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* What is wrong here on purpose is warned of. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_test_add_func ("/restoration/refill", test_refill);
  g_test_add_func ("/restoration/mirror", test_mirror);
  g_test_add_func ("/restoration/new-origin", test_new_origin);
  g_test_add_func ("/damage/scrubber", test_scrubber);
  return g_test_run ();
}
