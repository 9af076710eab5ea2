/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "event-fixture.h"

#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-form.h"

#include <adwaita.h>
#include <string.h>

static GtkApplication *application;

static void
open_window (EventFixture *self)
{
  GtkWidget *root = g_object_new (TST_TYPE_PAGE, "session", self->session, "title", "Inicio", NULL);
  const char *size = g_getenv ("TST_SHOT_SIZE");
  int width = 400, height = 700;

  if (size != NULL)
    g_assert_cmpint (sscanf (size, "%dx%d", &width, &height), ==, 2);
  self->stack = tst_page_stack_new (TST_PAGE (root));
  self->window = adw_application_window_new (application);
  gtk_window_set_default_size (GTK_WINDOW (self->window), width, height);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self->window), self->stack);
  gtk_window_present (GTK_WINDOW (self->window));
}

EventFixture *
event_fixture_new (void)
{
  EventFixture *self = g_new0 (EventFixture, 1);

  self->journal = journal_fixture_new (TRUE);
  self->settings = g_settings_new ("co.testigo.Testigo");
  self->session = tst_session_new (self->settings);
  tst_session_set_book (self->session, self->journal->book);
  tst_session_set_author (self->session, FIXTURE_AUTHOR, "Ana Rojas", "supervision");
  open_window (self);
  return self;
}

void
event_fixture_free (EventFixture *self)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  tst_settle (50);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  journal_fixture_free (self->journal);
  g_free (self);
}

void
event_fixture_crash (EventFixture *self)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  tst_settle (50);
  open_window (self);
}

void
event_fixture_push (EventFixture *self, GtkWidget *page)
{
  tst_page_stack_push (TST_PAGE_STACK (self->stack), TST_PAGE (page));
  tst_settle (50);
}

TstPage *
event_fixture_visible (EventFixture *self)
{
  return tst_page_stack_get_visible (TST_PAGE_STACK (self->stack));
}

typedef struct
{
  EventFixture *fixture;
  GType type;
  gpointer object;
  const char *property, *text;
  guint number;
} Wanted;

static gboolean
page_is (gpointer user_data)
{
  Wanted *wanted = user_data;

  return G_TYPE_CHECK_INSTANCE_TYPE (event_fixture_visible (wanted->fixture), wanted->type);
}

TstPage *
event_fixture_wait_page (EventFixture *self, GType type)
{
  Wanted wanted = { .fixture = self, .type = type };

  tst_wait_until (page_is, &wanted, 10);
  tst_settle (30);
  return event_fixture_visible (self);
}

static gboolean
uint_is (gpointer user_data)
{
  Wanted *wanted = user_data;
  guint value;

  g_object_get (wanted->object, wanted->property, &value, NULL);
  return value == wanted->number;
}

void
event_fixture_wait_uint (gpointer object, const char *property, guint value)
{
  Wanted wanted = { .object = object, .property = property, .number = value };

  tst_wait_until (uint_is, &wanted, 10);
}

static gboolean
string_is (gpointer user_data)
{
  Wanted *wanted = user_data;
  g_autofree char *value = NULL;

  g_object_get (wanted->object, wanted->property, &value, NULL);
  return g_strcmp0 (value, wanted->text) == 0;
}

void
event_fixture_wait_string (gpointer object, const char *property, const char *value)
{
  Wanted wanted = { .object = object, .property = property, .text = value };

  tst_wait_until (string_is, &wanted, 10);
}

static gboolean
boolean_is (gpointer user_data)
{
  Wanted *wanted = user_data;
  gboolean value;

  g_object_get (wanted->object, wanted->property, &value, NULL);
  return value == (gboolean) wanted->number;
}

void
event_fixture_wait_boolean (gpointer object, const char *property, gboolean value)
{
  Wanted wanted = { .object = object, .property = property, .number = value };

  tst_wait_until (boolean_is, &wanted, 10);
}

static GtkWidget *
search_label (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strcmp (gtk_label_get_text (GTK_LABEL (widget)), text) == 0
      && gtk_label_get_mnemonic_widget (GTK_LABEL (widget)) != NULL)
    return gtk_label_get_mnemonic_widget (GTK_LABEL (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = search_label (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

GtkWidget *
event_fixture_control (gpointer root, const char *label)
{
  GtkWidget *found = search_label (root, label);

  if (found == NULL)
    g_error ("There is no control with the words «%s»", label);
  return found;
}

GtkWidget *
event_fixture_find (gpointer root, GType type, gboolean may_miss)
{
  GtkWidget *found = tst_find_type (root, type);

  g_assert_true (found != NULL || may_miss);
  return found;
}

static GtkWidget *
search_notice (GtkWidget *widget)
{
  if (gtk_widget_has_css_class (widget, "notice"))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = search_notice (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

void
event_fixture_activate (gpointer page, const char *action)
{
  g_assert_true (gtk_widget_activate_action (page, action, NULL));
}

const char *
event_fixture_notice (gpointer page)
{
  GtkWidget *notice = search_notice (page);

  g_assert_nonnull (notice);
  return tst_form_notice_get (notice);
}

static gboolean
has_notice (gpointer user_data)
{
  return event_fixture_notice (user_data) != NULL;
}

void
event_fixture_wait_notice (gpointer page)
{
  tst_wait_until (has_notice, page, 10);
}

void
event_fixture_shot (EventFixture *self, const char *name)
{
  tst_shot_named (self->window, name);
}

int
event_fixture_run (int argc, char **argv, void (*add) (void))
{
  g_autoptr (GError) error = NULL;
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  application = GTK_APPLICATION (adw_application_new ("co.testigo.Test", G_APPLICATION_NON_UNIQUE));
  g_object_set (application, "resource-base-path", "/co/testigo/Testigo", NULL);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
  if (g_getenv ("TST_SHOT_DARK") != NULL)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  if (g_getenv ("TST_SHOT_LARGE") != NULL)
    g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 192 * 1024, NULL);
  add ();
  result = g_test_run ();
  g_clear_object (&application);
  return result;
}
