/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A code that is shown to the camera, where one is asked for. */

#include "event-fixture.h"
#include "kiosk/tst-code-page.h"
#include "kiosk/tst-event-form.h"
#include "kiosk/tst-event-page.h"
#include "media/tst-picture.h"
#include "support/tst-fake-hardware.h"
#include "support/tst-find.h"
#include "support/tst-qr-picture.h"
#include "support/tst-shot.h"
#include "widgets/tst-code-camera.h"
#include "widgets/tst-code-entry.h"

typedef struct
{
  TstFakeCamera *camera;
  guint8 *gray;
  guint width, height;
} Shown;

/* The picture of a code on a screen, as luminance. */
static void
shown_make (Shown *shown, EventFixture *self, TstFakeCamera *camera, const char *text)
{
  g_autoptr (GFile) file = tst_qr_picture (self->journal->outside, "pantalla.jpg", text);
  g_autoptr (GBytes) bytes = g_file_load_bytes (file, NULL, NULL, NULL);
  g_autoptr (TstPicture) picture = tst_picture_decode (bytes, 1, 0, FALSE, NULL);

  g_assert_nonnull (picture);
  shown->camera = camera;
  shown->width = picture->width;
  shown->height = picture->height;
  shown->gray = g_malloc ((gsize) picture->width * picture->height);
  for (gsize i = 0; i < (gsize) picture->width * picture->height; i++)
    shown->gray[i] = picture->pixels[3 * i];
}

static gboolean
gray_wanted (TstFakeCamera *camera)
{
  gboolean wanted;

  g_object_get (camera, "gray-wanted", &wanted, NULL);
  return wanted;
}

static void
show (Shown *shown)
{
  if (gray_wanted (shown->camera))
    tst_fake_camera_show_gray (shown->camera, shown->gray, shown->width, shown->height);
}

typedef struct
{
  Shown *shown;
  TstCodeCamera *camera;
  const char *state;
} Waited;

static gboolean
says_so (gpointer data)
{
  Waited *waited = data;

  if (waited->shown != NULL)
    show (waited->shown);
  return g_strcmp0 (tst_code_camera_get_state (waited->camera), waited->state) == 0;
}

static void
wait_says (Shown *shown, GtkWidget *camera, const char *state)
{
  tst_wait_until (says_so, &(Waited) { shown, TST_CODE_CAMERA (camera), state }, 15);
}

typedef struct
{
  EventFixture *self;
  Shown *shown;
} Joining;

static gboolean
has_joined (gpointer data)
{
  Joining *joining = data;

  show (joining->shown);
  return TST_IS_EVENT_PAGE (event_fixture_visible (joining->self));
}

/* The camera runs only while it is looked through; a code of another kind is told apart; the right one is enough by itself. */
static void
test_join (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autoptr (JournalFixture) other = journal_fixture_new (FALSE);
  g_autoptr (TstFakeCamera) camera = tst_fake_camera_new ();
  g_autofree char *event = journal_fixture_event (other);
  g_autofree char *text = tst_field_book_event_join_text (other->book, event, NULL);
  g_autofree char *joined = NULL;
  GtkWidget *form, *button, *eye;
  Shown wrong, right;

  tst_session_set_camera (self->session, TST_CAMERA (camera));
  form = tst_event_form_new (self->session, NULL, NULL);
  event_fixture_push (self, form);
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 0);
  button = tst_find_button (form, "Usar la cámara");
  eye = event_fixture_find (TST_PAGE (form), TST_TYPE_CODE_CAMERA, FALSE);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  tst_settle (100);
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 1);
  g_assert_true (gray_wanted (camera));
  tst_fake_camera_say (camera, "missing");
  wait_says (NULL, eye, "missing");
  tst_fake_camera_say (camera, "live");
  wait_says (NULL, eye, "looking");
  tst_fake_camera_show (camera, 640, 480, 0x405060);
  tst_settle (100);
  event_fixture_shot (self, "code-camera");

  shown_make (&wrong, self, camera, "https://ejemplo.invalid/otra-cosa");
  wait_says (&wrong, eye, "other");
  g_assert_true (event_fixture_visible (self) == TST_PAGE (form));

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), FALSE);
  tst_settle (100);
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 0);
  g_assert_false (gray_wanted (camera));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);

  shown_make (&right, self, camera, text);
  tst_wait_until (has_joined, &(Joining) { self, &right }, 20);
  g_object_get (event_fixture_visible (self), "event", &joined, NULL);
  g_assert_cmpstr (joined, ==, event);
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 0);
  g_assert_false (gray_wanted (camera));
  g_free (wrong.gray);
  g_free (right.gray);
}

/* Without a camera there is nothing to press; leaving the page lets go of it. */
static void
test_leaves (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autoptr (TstFakeCamera) camera = tst_fake_camera_new ();
  GtkWidget *page = tst_code_page_new (self->session);

  event_fixture_push (self, page);
  g_assert_null (event_fixture_find (TST_PAGE (page), TST_TYPE_CODE_CAMERA, TRUE));
  tst_page_stack_pop (TST_PAGE_STACK (self->stack));
  tst_session_set_camera (self->session, TST_CAMERA (camera));
  page = tst_code_page_new (self->session);
  event_fixture_push (self, page);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (tst_find_button (page, "Usar la cámara")), TRUE);
  tst_settle (100);
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 1);
  tst_page_stack_pop (TST_PAGE_STACK (self->stack));
  tst_settle (600);
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 0);
}

static void
add_tests (void)
{
  g_test_add_func ("/code-camera/join", test_join);
  g_test_add_func ("/code-camera/leaves", test_leaves);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add_tests);
}
