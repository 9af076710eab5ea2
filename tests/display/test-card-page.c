/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../data/media/image-fixtures.h"
#include "event-fixture.h"
#include "kiosk/tst-card-page.h"
#include "kiosk/tst-card-watch.h"
#include "kiosk/tst-photo-import.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* --- a monitor that says what the test says --- */

#define FAKE_TYPE_MOUNT (fake_mount_get_type ())
G_DECLARE_FINAL_TYPE (FakeMount, fake_mount, FAKE, MOUNT, GObject)

struct _FakeMount
{
  GObject parent_instance;
  GFile *root;
};

static GFile *
fake_mount_get_root (GMount *mount)
{
  return g_object_ref (FAKE_MOUNT (mount)->root);
}

static void
fake_mount_iface_init (GMountIface *iface)
{
  iface->get_root = fake_mount_get_root;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeMount, fake_mount, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_MOUNT, fake_mount_iface_init))

static void
fake_mount_finalize (GObject *object)
{
  g_object_unref (FAKE_MOUNT (object)->root);
  G_OBJECT_CLASS (fake_mount_parent_class)->finalize (object);
}

static void
fake_mount_class_init (FakeMountClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_mount_finalize;
}

static void
fake_mount_init (FakeMount *self)
{
}

/* Plugged in, and nobody opens it: somebody has to. */
#define FAKE_TYPE_VOLUME (fake_volume_get_type ())
G_DECLARE_FINAL_TYPE (FakeVolume, fake_volume, FAKE, VOLUME, GObject)

struct _FakeVolume
{
  GObject parent_instance;
  GFile *root;     /* (nullable): it cannot be opened */
  FakeMount *mount;
  gboolean own_disk;
  guint opened;
};

static char *
fake_volume_get_name (GVolume *volume)
{
  return g_strdup ("NIKON D90");
}

static GMount *
fake_volume_get_mount (GVolume *volume)
{
  FakeVolume *self = FAKE_VOLUME (volume);

  return self->mount != NULL ? G_MOUNT (g_object_ref (self->mount)) : NULL;
}

static GDrive *
fake_volume_get_drive (GVolume *volume)
{
  return NULL;
}

static gboolean
fake_volume_can_mount (GVolume *volume)
{
  return TRUE;
}

static gboolean
fake_volume_should_automount (GVolume *volume)
{
  return !FAKE_VOLUME (volume)->own_disk;
}

static void
fake_volume_mount (GVolume *volume, GMountMountFlags flags, GMountOperation *operation, GCancellable *cancellable, GAsyncReadyCallback callback,
                   gpointer user_data)
{
  FakeVolume *self = FAKE_VOLUME (volume);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  self->opened++;
  if (self->root == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "no");
      return;
    }
  self->mount = g_object_new (FAKE_TYPE_MOUNT, NULL);
  self->mount->root = g_object_ref (self->root);
  g_task_return_boolean (task, TRUE);
}

static gboolean
fake_volume_mount_finish (GVolume *volume, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
fake_volume_iface_init (GVolumeIface *iface)
{
  iface->get_name = fake_volume_get_name;
  iface->get_mount = fake_volume_get_mount;
  iface->get_drive = fake_volume_get_drive;
  iface->can_mount = fake_volume_can_mount;
  iface->should_automount = fake_volume_should_automount;
  iface->mount_fn = fake_volume_mount;
  iface->mount_finish = fake_volume_mount_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeVolume, fake_volume, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_VOLUME, fake_volume_iface_init))

static void
fake_volume_finalize (GObject *object)
{
  g_clear_object (&FAKE_VOLUME (object)->root);
  g_clear_object (&FAKE_VOLUME (object)->mount);
  G_OBJECT_CLASS (fake_volume_parent_class)->finalize (object);
}

static void
fake_volume_class_init (FakeVolumeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_volume_finalize;
}

static void
fake_volume_init (FakeVolume *self)
{
}

#define FAKE_TYPE_MONITOR (fake_monitor_get_type ())
G_DECLARE_FINAL_TYPE (FakeMonitor, fake_monitor, FAKE, MONITOR, GVolumeMonitor)

struct _FakeMonitor
{
  GVolumeMonitor parent_instance;
  FakeMount *mount; /* (nullable) */
  FakeVolume *volume; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (FakeMonitor, fake_monitor, G_TYPE_VOLUME_MONITOR)

static GList *
fake_monitor_get_mounts (GVolumeMonitor *monitor)
{
  FakeMonitor *self = FAKE_MONITOR (monitor);

  return self->mount != NULL ? g_list_prepend (NULL, g_object_ref (self->mount)) : NULL;
}

static GList *
fake_monitor_get_volumes (GVolumeMonitor *monitor)
{
  FakeMonitor *self = FAKE_MONITOR (monitor);

  return self->volume != NULL ? g_list_prepend (NULL, g_object_ref (self->volume)) : NULL;
}

static void
fake_monitor_finalize (GObject *object)
{
  g_clear_object (&FAKE_MONITOR (object)->mount);
  g_clear_object (&FAKE_MONITOR (object)->volume);
  G_OBJECT_CLASS (fake_monitor_parent_class)->finalize (object);
}

static void
fake_monitor_class_init (FakeMonitorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_monitor_finalize;
  G_VOLUME_MONITOR_CLASS (klass)->get_mounts = fake_monitor_get_mounts;
  G_VOLUME_MONITOR_CLASS (klass)->get_volumes = fake_monitor_get_volumes;
}

static void
fake_monitor_init (FakeMonitor *self)
{
}

static void
plug (FakeMonitor *self, const char *folder)
{
  self->mount = g_object_new (FAKE_TYPE_MOUNT, NULL);
  self->mount->root = g_file_new_for_path (folder);
  g_signal_emit_by_name (self, "mount-added", self->mount);
}

static void
unplug (FakeMonitor *self)
{
  g_autoptr (FakeMount) mount = g_steal_pointer (&self->mount);

  g_signal_emit_by_name (self, "mount-removed", mount);
}

/* --- */

static void
add_photo (const char *dcim, guint number, const char *when, gint64 lat_minutes, gint64 lon_minutes)
{
  g_autoptr (FixtureExif) exif = fixture_exif_new (FALSE);
  g_autoptr (GBytes) block = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  g_autofree char *name = g_strdup_printf ("IMG_%04u.JPG", number);
  g_autofree char *path = g_build_filename (dcim, name, NULL);
  const gint64 lat[] = { 7, 1, lat_minutes, 1000, 0, 1 }, lon[] = { 73, 1, lon_minutes, 1000, 0, 1 };

  fixture_exif_text (exif, FIXTURE_IFD_EXIF, 0x9003, when);
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 1, "N");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 2, FALSE, 3, lat);
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 3, "W");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 4, FALSE, 3, lon);
  block = fixture_exif_block (exif);
  jpeg = fixture_jpeg (96 + number, 72, block);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg), NULL));
}

/* What a telephone writes, from the JPEG of that number. */
static void
make_heic (const char *dcim, guint number)
{
  g_autofree char *jpeg = g_strdup_printf ("%s/IMG_%04u.JPG", dcim, number);
  g_autofree char *heic = g_strdup_printf ("%s/IMG_%04u.HEIC", dcim, number);
  const char *const argv[] = { "heif-enc", jpeg, "-o", heic, NULL };
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (jpeg), ==, 0);
}

static void
on_toast (TstSession *session, const char *text, char **told)
{
  g_free (*told);
  *told = g_strdup (text);
}

/* Confirms the first group's suggestion and saves what the import holds. */
static void
bring_first (EventFixture *self, GtkWidget *page, guint n)
{
  GtkWidget *import;

  g_signal_emit_by_name (event_fixture_find (page, GTK_TYPE_BUTTON, FALSE), "clicked");
  import = GTK_WIDGET (event_fixture_wait_page (self, TST_TYPE_PHOTO_IMPORT));
  event_fixture_wait_uint (import, "n-files", n);
  event_fixture_shot (self, "card-import");
  gtk_widget_activate_action (import, "import.save", NULL);
  event_fixture_wait_page (self, TST_TYPE_CARD_PAGE);
}

/* A card is plugged in: noticed, its pictures put together, the right work suggested; a tap brings them, and once only. */
static void
test_card (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autofree char *works = g_build_filename (self->journal->outside, "obras.csv", NULL);
  g_autofree char *dcim = g_build_filename (self->journal->outside, "card", "DCIM", "100TEST", NULL);
  g_autofree char *card = g_build_filename (self->journal->outside, "card", NULL);
  g_autoptr (FakeMonitor) monitor = g_object_new (FAKE_TYPE_MONITOR, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *told = NULL;
  TstImportCounts counts = { 0 };
  GtkWidget *watch = g_object_ref_sink (tst_card_watch_new (G_VOLUME_MONITOR (monitor)));
  GtkWidget *page;

  g_file_set_contents (works, "code,title,lat,lon\nOB-1,Puente Quebrada Seca,7.12,-73.12\nOB-2,Escuela La Loma,7.30,-73.30\n", -1, NULL);
  g_assert_true (tst_field_book_import_works (self->journal->book, works, NULL, NULL, &counts, NULL, &error));
  g_assert_cmpint (g_mkdir_with_parents (dcim, 0700), ==, 0);
  for (guint i = 0; i < 3; i++)
    add_photo (dcim, i, "2026:03:27 10:04:05", 7200, 7200); /* 7.12, −73.12 */
  make_heic (dcim, 2);
  add_photo (dcim, 7, "2026:03:27 15:00:00", 50000, 50000);
  g_signal_connect (self->session, "toast", G_CALLBACK (on_toast), &told);

  plug (monitor, self->journal->folder); /* a memory stick is no card */
  tst_settle (100);
  g_assert_false (gtk_widget_get_visible (watch));
  unplug (monitor);
  plug (monitor, card);
  event_fixture_wait_string (watch, "folder", card);
  g_assert_true (gtk_widget_get_visible (watch));
  page = tst_card_page_new (self->session, event, "Visita al puente", NULL, card);
  event_fixture_push (self, page);
  event_fixture_wait_boolean (page, "ready", TRUE);
  event_fixture_wait_uint (page, "n-groups", 2);
  event_fixture_shot (self, "card");
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) rows = NULL;

      bring_first (self, page, 3);
      rows = journal_fixture_list (self->journal, "photos", event);
      g_assert_cmpuint (rows->len, ==, 3);
      g_assert_cmpstr (json_object_get_string_member (rows->pdata[0], "work"), ==, "OB-1");
      g_assert_true ((strstr (told, "Nada nuevo: 3 fotos ya estaban aquí") != NULL) == (i == 1));
    }
  {
    g_autoptr (GPtrArray) rows = journal_fixture_list (self->journal, "photos", event);
    guint heic = 0;

    for (guint i = 0; i < rows->len; i++)
      heic += g_str_equal (json_object_get_string_member (rows->pdata[i], "type"), "image/heic");
    g_assert_cmpuint (heic, ==, 1);
  }
  unplug (monitor);
  g_assert_false (gtk_widget_get_visible (watch));
  g_object_unref (watch);

  /* One that was plugged in before the page was opened. */
  plug (monitor, card);
  watch = g_object_ref_sink (tst_card_watch_new (G_VOLUME_MONITOR (monitor)));
  event_fixture_wait_string (watch, "folder", card);
  g_object_unref (watch);
}

static FakeVolume *
plug_closed (FakeMonitor *self, GFile *root)
{
  self->volume = g_object_new (FAKE_TYPE_VOLUME, NULL);
  self->volume->root = root != NULL ? g_object_ref (root) : NULL;
  g_signal_emit_by_name (self, "volume-added", self->volume);
  return self->volume;
}

static void
unplug_closed (FakeMonitor *self)
{
  g_autoptr (FakeVolume) volume = g_steal_pointer (&self->volume);

  g_signal_emit_by_name (self, "volume-removed", volume);
}

static const char *
words_of (GtkWidget *watch)
{
  GtkWidget *label = gtk_widget_get_last_child (gtk_widget_get_first_child (watch));

  return gtk_widget_get_visible (label) ? gtk_label_get_label (GTK_LABEL (label)) : NULL;
}

static gboolean
has_words (gpointer watch)
{
  return words_of (watch) != NULL;
}

static gboolean
is_chosen (gpointer chosen)
{
  return *(char **) chosen != NULL;
}

static void
on_chosen (GtkWidget *watch, const char *folder, char **chosen)
{
  *chosen = g_strdup (folder);
}

/* Where no desktop opens what is plugged in, the button does: one touch from the card to its pictures, and what goes wrong is said. */
static void
test_closed (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *card = g_build_filename (self->journal->outside, "card", NULL);
  g_autofree char *dcim = g_build_filename (card, "DCIM", NULL);
  g_autoptr (FakeMonitor) monitor = g_object_new (FAKE_TYPE_MONITOR, NULL);
  g_autoptr (GFile) with_photos = g_file_new_for_path (card);
  g_autoptr (GFile) without = g_file_new_for_path (self->journal->folder);
  g_autoptr (GFile) phone = g_file_new_for_uri ("mtp://host=telefono/");
  g_autofree char *chosen = NULL;
  GtkWidget *watch = g_object_ref_sink (tst_card_watch_new (G_VOLUME_MONITOR (monitor)));
  FakeVolume *volume;

  g_assert_cmpint (g_mkdir_with_parents (dcim, 0700), ==, 0);
  g_signal_connect (watch, "chosen", G_CALLBACK (on_chosen), &chosen);
  volume = g_object_new (FAKE_TYPE_VOLUME, NULL);
  volume->own_disk = TRUE; /* a partition of the tablet's own disk is nobody's card */
  monitor->volume = volume;
  g_signal_emit_by_name (monitor, "volume-added", volume);
  g_assert_false (gtk_widget_get_visible (watch));
  unplug_closed (monitor);

  volume = plug_closed (monitor, with_photos);
  g_assert_true (gtk_widget_get_visible (watch));
  g_signal_emit_by_name (tst_find_button (watch, "Abrir «NIKON D90», que se conectó"), "clicked");
  event_fixture_wait_string (watch, "folder", card);
  g_assert_cmpuint (volume->opened, ==, 1);
  tst_wait_until (is_chosen, &chosen, 10);
  g_assert_cmpstr (chosen, ==, card);
  g_assert_nonnull (tst_find_button (watch, "Traer fotos de la tarjeta que se conectó"));
  tst_card_watch_take (TST_CARD_WATCH (watch), card, FALSE);
  unplug_closed (monitor);
  g_assert_false (gtk_widget_get_visible (watch));

  plug_closed (monitor, without);
  g_signal_emit_by_name (tst_find_button (watch, "Abrir «NIKON D90», que se conectó"), "clicked");
  tst_wait_until (has_words, watch, 10);
  g_assert_cmpstr (words_of (watch), ==, "En «NIKON D90» no hay fotos de una cámara.");
  unplug_closed (monitor);

  plug_closed (monitor, NULL);
  g_assert_null (words_of (watch));
  g_signal_emit_by_name (tst_find_button (watch, "Abrir «NIKON D90», que se conectó"), "clicked");
  tst_wait_until (has_words, watch, 10);
  g_assert_cmpstr (words_of (watch), ==, "No se pudo abrir «NIKON D90». Desconecte, vuelva a conectar e intente otra vez.");
  g_assert_true (gtk_widget_get_sensitive (tst_find_button (watch, "Abrir «NIKON D90», que se conectó")));
  unplug_closed (monitor);
  g_assert_false (gtk_widget_get_visible (watch));

  /* A telephone that the desktop does not show as a folder. */
  plug_closed (monitor, phone);
  g_signal_emit_by_name (tst_find_button (watch, "Abrir «NIKON D90», que se conectó"), "clicked");
  tst_wait_until (has_words, watch, 10);
  g_assert_nonnull (strstr (words_of (watch), "no puede leer «NIKON D90» como carpeta"));
  unplug_closed (monitor);
  g_object_unref (watch);

  /* Plugged in before the page was opened; and gone while the page goes. */
  plug_closed (monitor, with_photos);
  watch = g_object_ref_sink (tst_card_watch_new (G_VOLUME_MONITOR (monitor)));
  g_assert_nonnull (tst_find_button (watch, "Abrir «NIKON D90», que se conectó"));
  g_object_unref (watch);
  unplug_closed (monitor);
}

static void
add (void)
{
  g_test_add_func ("/card-page/closed", test_closed);
  g_test_add_func ("/card-page/card", test_card);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add);
}
