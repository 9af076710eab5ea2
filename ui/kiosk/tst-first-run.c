/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-first-run.h"

#include "journal/tst-demo-book.h"
#include "kiosk/tst-messages.h"
#include "widgets/tst-build.h"
#include "widgets/tst-code-entry.h"
#include "widgets/tst-hidden.h"
#include "widgets/tst-staff-form.h"

#include <glib/gi18n.h>
#include <string.h>

struct _TstFirstRun
{
  AdwBin parent_instance;
  TstSession *session;
  char *folder, *demo_folder, *demo_works;
  TstClock *clock;
  char *code; /* (nullable) the town's, checked */

  GtkWidget *steps, *entry, *form, *finish, *spinner, *problem, *demo;
  gboolean working;

  TstFieldBook *book;
  TstVault *vault;
  TstStaffMember *member;
  gboolean is_demo;
};

enum
{
  READY,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstFirstRun, tst_first_run, ADW_TYPE_BIN)

/* --- making it, off the main loop --- */

typedef struct
{
  char *folder, *works, *code, *name, *role, *pin;
  TstClock *clock;
  gboolean demo;
  TstFieldBook *book; /* given, or made */
  TstVault *vault;
  char *id;
} Making;

static void
making_free (gpointer data)
{
  Making *making = data;

  g_free (making->folder);
  g_free (making->works);
  g_free (making->code);
  g_free (making->name);
  g_free (making->role);
  if (making->pin != NULL)
    explicit_bzero (making->pin, strlen (making->pin));
  g_free (making->pin);
  g_free (making->id);
  g_clear_object (&making->clock);
  g_clear_object (&making->book);
  g_clear_pointer (&making->vault, tst_vault_unref);
  g_free (making);
}

static gboolean
make (Making *making, GError **error)
{
  if (making->demo)
    making->book = tst_demo_book_create (making->folder, making->works, making->clock, error);
  else if (making->book == NULL)
    {
      const char *host = g_get_host_name ();

      making->book = tst_field_book_create (making->folder, host, making->clock, error);
    }
  if (making->book == NULL)
    return FALSE;
  if (making->code != NULL && !tst_field_book_enrol (making->book, making->code, error))
    return FALSE;
  making->id = tst_staff_add (making->book, NULL, making->name, making->role, making->pin, &making->vault, error);
  return making->id != NULL;
}

static void
make_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  if (make (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
set_working (TstFirstRun *self, gboolean working)
{
  self->working = working;
  gtk_widget_set_sensitive (self->finish, !working);
  gtk_widget_set_sensitive (self->demo, !working);
  gtk_widget_set_visible (self->spinner, working);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), working);
}

static void
on_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstFirstRun *self = TST_FIRST_RUN (source);
  Making *making = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean made = g_task_propagate_boolean (G_TASK (result), &error);

  set_working (self, FALSE);
  if (making->book != NULL && !making->demo)
    g_set_object (&self->book, making->book); /* a second try goes on from there */
  if (!made)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_notice_set (self->problem, "trouble", text);
      return;
    }
  g_set_object (&self->book, making->book);
  self->vault = g_steal_pointer (&making->vault);
  self->member = g_new0 (TstStaffMember, 1);
  self->member->id = g_steal_pointer (&making->id);
  self->member->name = g_strdup (making->name);
  self->member->role = g_strdup (making->role);
  self->is_demo = making->demo;
  g_signal_emit (self, signals[READY], 0);
}

static void
begin (TstFirstRun *self, gboolean demo, const char *name, const char *role, const char *pin)
{
  g_autoptr (GTask) task = NULL;
  Making *making;

  if (self->working)
    return;
  making = g_new0 (Making, 1);
  making->demo = demo;
  making->folder = g_strdup (demo ? self->demo_folder : self->folder);
  making->works = demo ? g_strdup (self->demo_works) : NULL;
  making->code = demo ? NULL : g_strdup (self->code);
  making->name = g_strstrip (g_strdup (name));
  making->role = g_strdup (role);
  making->pin = g_strdup (pin);
  making->clock = g_object_ref (self->clock);
  making->book = !demo && self->book != NULL ? g_object_ref (self->book) : NULL;
  tst_notice_set (self->problem, NULL, NULL);
  set_working (self, TRUE);
  task = g_task_new (self, NULL, on_made, NULL);
  g_task_set_task_data (task, making, making_free);
  g_task_run_in_thread (task, make_in_thread);
}

/* --- steps --- */

static void
go (TstFirstRun *self, const char *step)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->steps), step);
  gtk_widget_child_focus (gtk_stack_get_visible_child (GTK_STACK (self->steps)), GTK_DIR_TAB_FORWARD);
}

static void
on_language (TstFirstRun *self, GtkWidget *button)
{
  /* The program follows the setting: it makes the window anew in the other language. */
  g_object_ref (self);
  g_settings_set_string (tst_session_get_settings (self->session), "language", g_object_get_data (G_OBJECT (button), "language"));
  go (self, "code");
  g_object_unref (self);
}

static void
on_code (TstFirstRun *self)
{
  g_autofree char *text = tst_code_entry_dup_text (TST_CODE_ENTRY (self->entry));
  g_autoptr (TstTownKeys) town = *text != '\0' ? tst_town_keys_parse (text, NULL) : NULL;

  if (town == NULL)
    {
      tst_code_entry_set_problem (TST_CODE_ENTRY (self->entry),
                                  *text == '\0' ? _("Pegue aquí el código, o siga sin él.")
                                                : _("Ese texto no es el código de un municipio. Cópielo completo: empieza por «TESTIGO1:»."));
      return;
    }
  tst_code_entry_set_problem (TST_CODE_ENTRY (self->entry), NULL);
  g_free (self->code);
  self->code = g_steal_pointer (&text);
  go (self, "staff");
}

static void
on_without (TstFirstRun *self)
{
  g_clear_pointer (&self->code, g_free);
  go (self, "staff");
}

static void
on_back (TstFirstRun *self)
{
  go (self, "code");
}

static void
on_demo (TstFirstRun *self)
{
  begin (self, TRUE, TST_DEMO_NAME, "supervision", TST_DEMO_PIN);
}

static void
on_finish (TstFirstRun *self)
{
  const char *name, *role, *pin;

  if (tst_staff_form_get (TST_STAFF_FORM (self->form), &name, &role, &pin))
    begin (self, FALSE, name, role, pin);
}

static GtkWidget *
make_step (TstFirstRun *self, const char *name)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_stack_add_named (GTK_STACK (self->steps), box, name);
  return box;
}

static GtkWidget *
append (GtkWidget *box, GtkWidget *child)
{
  gtk_box_append (GTK_BOX (box), child);
  return child;
}

static void
add_language (TstFirstRun *self, GtkWidget *box, const char *language, const char *label)
{
  GtkWidget *button = append (box, tst_build_main_button (label));

  if (!g_str_equal (language, "es"))
    gtk_widget_remove_css_class (button, "suggested-action");
  g_object_set_data (G_OBJECT (button), "language", (gpointer) language);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_language), self);
}

static void
build_language (TstFirstRun *self)
{
  GtkWidget *box = make_step (self, "language");
  GtkWidget *image = gtk_image_new_from_icon_name ("co.testigo.Testigo");
  GtkWidget *title = tst_build_title ("Testigo");
  GtkWidget *line = tst_build_text (_("Lo que se hizo, a la vista"));

  gtk_image_set_pixel_size (GTK_IMAGE (image), 128);
  gtk_label_set_xalign (GTK_LABEL (title), 0.5);
  gtk_label_set_xalign (GTK_LABEL (line), 0.5);
  gtk_label_set_justify (GTK_LABEL (line), GTK_JUSTIFY_CENTER);
  gtk_widget_set_margin_bottom (line, 18);
  append (box, image);
  append (box, title);
  append (box, line);
  /* Each in its own language, whichever is spoken now. */
  add_language (self, box, "es", "Español");
  add_language (self, box, "en", "English");
}

static void
build_code (TstFirstRun *self)
{
  GtkWidget *box = make_step (self, "code");
  GtkWidget *button;
  GtkWidget *line;

  append (box, tst_build_title (_("Cargar el código del municipio")));
  append (box, tst_build_text (_("Con ese código la tableta sabe a quién enviar y puede guardar bajo llave los datos de las personas. "
                                 "Lo entrega la Alcaldía. No hace falta conexión.")));
  self->entry = append (box, tst_code_entry_new (_("Código del municipio"), TST_TOWN_CODE_PREFIX));
  tst_code_entry_set_camera (TST_CODE_ENTRY (self->entry), tst_session_get_camera (self->session));
  g_signal_connect_swapped (self->entry, "activated", G_CALLBACK (on_code), self);
  button = append (box, tst_build_main_button (_("_Cargar y seguir")));
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_code), self);
  button = append (box, tst_build_large_button (_("Seguir _sin código")));
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_without), self);
  line = tst_build_text (_("Sin código se toman fotos y notas. La asistencia y los aportes esperan a que se cargue."));
  gtk_widget_add_css_class (line, "dim-label");
  append (box, line);
  append (box, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  self->demo = append (box, tst_build_large_button (_("_Probar con datos de demostración")));
  g_signal_connect_swapped (self->demo, "clicked", G_CALLBACK (on_demo), self);
}

static void
build_staff (TstFirstRun *self)
{
  GtkWidget *box = make_step (self, "staff");
  GtkWidget *back;

  append (box, tst_build_title (_("¿Quién trabaja en esta tableta?")));
  append (box, tst_build_text (_("Cada registro dice quién lo hizo. Después puede agregar a más personas. El PIN no se puede recuperar: apréndaselo.")));
  self->form = append (box, tst_staff_form_new ());
  self->finish = append (box, tst_build_main_button (_("_Empezar")));
  g_signal_connect_swapped (self->finish, "clicked", G_CALLBACK (on_finish), self);
  back = append (box, tst_build_large_button (_("_Atrás")));
  gtk_widget_set_visible (back, self->book == NULL);
  g_signal_connect_swapped (back, "clicked", G_CALLBACK (on_back), self);
}

static void
tst_first_run_dispose (GObject *object)
{
  TstFirstRun *self = TST_FIRST_RUN (object);

  g_clear_object (&self->session);
  g_clear_object (&self->clock);
  g_clear_object (&self->book);
  g_clear_pointer (&self->vault, tst_vault_unref);
  g_clear_pointer (&self->member, tst_staff_member_free);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->demo_folder, g_free);
  g_clear_pointer (&self->demo_works, g_free);
  g_clear_pointer (&self->code, g_free);
  G_OBJECT_CLASS (tst_first_run_parent_class)->dispose (object);
}

static void
tst_first_run_class_init (TstFirstRunClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_first_run_dispose;
  signals[READY] = g_signal_new ("ready", TST_TYPE_FIRST_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_first_run_init (TstFirstRun *self)
{
}

GtkWidget *
tst_first_run_new (TstSession *session, const TstFirstRunPlan *plan, const char *step)
{
  TstFirstRun *self = g_object_new (TST_TYPE_FIRST_RUN, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->session = g_object_ref (session);
  self->folder = g_strdup (plan->folder);
  self->demo_folder = g_strdup (plan->demo_folder);
  self->demo_works = g_strdup (plan->demo_works);
  self->clock = g_object_ref (plan->clock);
  self->book = plan->book != NULL ? g_object_ref (plan->book) : NULL;

  self->steps = gtk_stack_new ();
  tst_hidden_follow_stack (GTK_STACK (self->steps));
  /* Both, or the stack is as wide as its widest page is at its lowest. */
  gtk_stack_set_vhomogeneous (GTK_STACK (self->steps), FALSE);
  gtk_stack_set_hhomogeneous (GTK_STACK (self->steps), FALSE);
  gtk_stack_set_transition_type (GTK_STACK (self->steps), GTK_STACK_TRANSITION_TYPE_CROSSFADE);
  gtk_widget_set_vexpand (self->steps, TRUE);
  build_language (self);
  build_code (self);
  build_staff (self);
  gtk_widget_set_visible (self->demo, self->demo_folder != NULL);
  self->problem = tst_build_notice ();
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_visible (self->spinner, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spinner), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Preparando la tableta"), -1);
  append (box, self->steps);
  append (box, self->spinner);
  append (box, self->problem);
  gtk_widget_add_css_class (box, "cover");
  adw_bin_set_child (ADW_BIN (self), tst_build_scrolled (box, 560));
  gtk_stack_set_visible_child_name (GTK_STACK (self->steps), step);
  return GTK_WIDGET (self);
}

const char *
tst_first_run_get_step (TstFirstRun *self)
{
  g_return_val_if_fail (TST_IS_FIRST_RUN (self), NULL);
  return gtk_stack_get_visible_child_name (GTK_STACK (self->steps));
}

TstFieldBook *
tst_first_run_get_book (TstFirstRun *self)
{
  g_return_val_if_fail (TST_IS_FIRST_RUN (self), NULL);
  return self->book;
}

TstVault *
tst_first_run_get_vault (TstFirstRun *self)
{
  g_return_val_if_fail (TST_IS_FIRST_RUN (self), NULL);
  return self->vault;
}

const TstStaffMember *
tst_first_run_get_member (TstFirstRun *self)
{
  g_return_val_if_fail (TST_IS_FIRST_RUN (self), NULL);
  return self->member;
}

gboolean
tst_first_run_get_is_demo (TstFirstRun *self)
{
  g_return_val_if_fail (TST_IS_FIRST_RUN (self), FALSE);
  return self->is_demo;
}
