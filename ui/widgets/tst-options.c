/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-options.h"

#include "model/tst-code-lists.h"
#include "widgets/tst-form.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>
#include <string.h>

#define ALL_AT_ONCE 24

typedef struct
{
  char *name, *label, *folded;
} Option;

struct _TstOptions
{
  GtkWidget parent_instance;
  GtkWidget *search, *buttons, *more;
  GPtrArray *options; /* of Option */
  GPtrArray *chosen;  /* of Option, in the order of touching */
  GPtrArray *shown;   /* of GtkToggleButton; "option" of each is its Option */
  char *question, *value;
  TstOptionsMode mode;
  gboolean row, changing;
};

typedef enum
{
  PROP_VALUE = 1,
} TstOptionsProperty;

static GParamSpec *properties[PROP_VALUE + 1];

G_DEFINE_FINAL_TYPE (TstOptions, tst_options, GTK_TYPE_WIDGET)

static void
option_free (gpointer data)
{
  Option *option = data;

  g_free (option->name);
  g_free (option->label);
  g_free (option->folded);
  g_free (option);
}

static int
by_list (gconstpointer a, gconstpointer b, gpointer user_data)
{
  TstOptions *self = user_data;
  guint at_a = 0, at_b = 0;

  g_ptr_array_find (self->options, *(gpointer *) a, &at_a);
  g_ptr_array_find (self->options, *(gpointer *) b, &at_b);
  return (at_a > at_b) - (at_a < at_b);
}

/* --- what is chosen --- */

static void
say_places (TstOptions *self)
{
  self->changing = TRUE;
  for (guint i = 0; i < self->shown->len; i++)
    {
      GtkWidget *button = self->shown->pdata[i];
      Option *option = g_object_get_data (G_OBJECT (button), "option");
      guint place;
      gboolean is = g_ptr_array_find (self->chosen, option, &place);
      g_autofree char *text = is && self->mode == TST_OPTIONS_RANK ? g_strdup_printf (_("%u. %s"), place + 1, option->label) : g_strdup (option->label);

      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), is);
      gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), text);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
    }
  self->changing = FALSE;
}

static void
update_value (TstOptions *self)
{
  g_autoptr (GString) value = g_string_new (NULL);

  if (self->mode == TST_OPTIONS_MANY)
    g_ptr_array_sort_with_data (self->chosen, by_list, self);
  for (guint i = 0; i < self->chosen->len; i++)
    g_string_append_printf (value, "%s%s", i > 0 ? " " : "", ((Option *) self->chosen->pdata[i])->name);
  say_places (self);
  if (strcmp (self->value, value->str) == 0)
    return;
  g_free (self->value);
  self->value = g_strdup (value->str);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
}

static void
on_toggled (TstOptions *self, GtkWidget *button)
{
  Option *option = g_object_get_data (G_OBJECT (button), "option");
  gboolean was = g_ptr_array_find (self->chosen, option, NULL);

  if (self->changing)
    return;
  if (self->mode == TST_OPTIONS_ONE)
    g_ptr_array_set_size (self->chosen, 0);
  if (was)
    g_ptr_array_remove (self->chosen, option); /* touched again: taken back */
  else
    g_ptr_array_add (self->chosen, option);
  update_value (self);
}

/* --- what is shown --- */

static GtkWidget *
make_button (TstOptions *self, Option *option)
{
  GtkWidget *button = gtk_toggle_button_new ();
  GtkWidget *label = gtk_label_new (option->label);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_add_css_class (button, "chip");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, option->label, -1);
  g_object_set_data (G_OBJECT (button), "option", option);
  g_signal_connect_swapped (button, "toggled", G_CALLBACK (on_toggled), self);
  return button;
}

static void
show_options (TstOptions *self)
{
  g_autofree char *words = self->search != NULL ? tst_fold_words (gtk_editable_get_text (GTK_EDITABLE (self->search))) : NULL;
  guint matches = 0;

  g_ptr_array_set_size (self->shown, 0);
  if (self->row)
    for (GtkWidget *child; (child = gtk_widget_get_first_child (self->buttons)) != NULL;)
      gtk_box_remove (GTK_BOX (self->buttons), child);
  else
    tst_wrap_clear (TST_WRAP (self->buttons));
  for (guint i = 0; i < self->options->len; i++)
    {
      Option *option = self->options->pdata[i];
      /* What was chosen stays in sight, whatever is searched for. */
      gboolean chosen = g_ptr_array_find (self->chosen, option, NULL);
      GtkWidget *button;

      if (words != NULL && *words != '\0' && !chosen && strstr (option->folded, words) == NULL)
        continue;
      matches++;
      if (self->search != NULL && self->shown->len >= ALL_AT_ONCE && !chosen)
        continue;
      button = make_button (self, option);
      g_ptr_array_add (self->shown, button);
      if (self->row)
        gtk_box_append (GTK_BOX (self->buttons), button);
      else
        tst_wrap_append (TST_WRAP (self->buttons), button);
    }
  if (self->search != NULL)
    {
      g_autofree char *text = matches == 0 ? g_strdup (_("Nada coincide. Escriba menos letras."))
                              : matches > self->shown->len
                                ? g_strdup_printf (_("Hay %u más. Escriba unas letras para encontrarlas."), matches - self->shown->len)
                                : NULL;

      gtk_label_set_label (GTK_LABEL (self->more), text != NULL ? text : "");
      gtk_widget_set_visible (self->more, text != NULL);
    }
  say_places (self);
}

void
tst_options_add (TstOptions *self, const char *name, const char *label)
{
  Option *option = g_new0 (Option, 1);

  g_return_if_fail (TST_IS_OPTIONS (self));
  option->name = g_strdup (name);
  option->label = g_strdup (label);
  option->folded = tst_fold_words (label);
  g_ptr_array_add (self->options, option);
}

void
tst_options_added (TstOptions *self)
{
  g_return_if_fail (TST_IS_OPTIONS (self));
  if (self->options->len > ALL_AT_ONCE)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

      self->search = tst_form_entry (box, _("Buscar"), GTK_INPUT_PURPOSE_FREE_FORM);
      gtk_entry_set_input_hints (GTK_ENTRY (self->search), GTK_INPUT_HINT_PRIVATE | GTK_INPUT_HINT_NO_SPELLCHECK | GTK_INPUT_HINT_NO_EMOJI);
      g_signal_connect_swapped (self->search, "changed", G_CALLBACK (show_options), self);
      gtk_widget_insert_before (box, GTK_WIDGET (self), gtk_widget_get_first_child (GTK_WIDGET (self)));
    }
  show_options (self);
}

const char *
tst_options_get_value (TstOptions *self)
{
  g_return_val_if_fail (TST_IS_OPTIONS (self), NULL);
  return self->value;
}

void
tst_options_set_value (TstOptions *self, const char *value)
{
  g_auto (GStrv) names = g_strsplit (value != NULL ? value : "", " ", -1);

  g_return_if_fail (TST_IS_OPTIONS (self));
  g_ptr_array_set_size (self->chosen, 0);
  for (guint n = 0; names[n] != NULL; n++)
    for (guint i = 0; i < self->options->len; i++)
      if (strcmp (((Option *) self->options->pdata[i])->name, names[n]) == 0)
        g_ptr_array_add (self->chosen, self->options->pdata[i]);
  if (self->search != NULL)
    show_options (self);
  update_value (self);
}

GtkWidget *
tst_options_get_search (TstOptions *self)
{
  return self->search;
}

guint
tst_options_get_n_shown (TstOptions *self)
{
  return self->shown->len;
}

/* --- the widget --- */

static void
tst_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstOptionsProperty) id == PROP_VALUE)
    g_value_set_string (value, TST_OPTIONS (object)->value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_options_dispose (GObject *object)
{
  GtkWidget *child;

  TST_OPTIONS (object)->search = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (tst_options_parent_class)->dispose (object);
}

static void
tst_options_finalize (GObject *object)
{
  TstOptions *self = TST_OPTIONS (object);

  g_ptr_array_unref (self->shown);
  g_ptr_array_unref (self->chosen);
  g_ptr_array_unref (self->options);
  g_free (self->question);
  g_free (self->value);
  G_OBJECT_CLASS (tst_options_parent_class)->finalize (object);
}

static void
tst_options_class_init (TstOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_options_get_property;
  object_class->dispose = tst_options_dispose;
  object_class->finalize = tst_options_finalize;
  properties[PROP_VALUE] = g_param_spec_string ("value", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

/* --- side by side where there is room, one under the other where there is not --- */

#define GAP 6

/* How wide the widest would like to be, and how many there are. */
static int
widest (GtkWidget *widget, gboolean natural, guint *n)
{
  int most = 0;

  *n = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int minimum, wish;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &wish, NULL, NULL);
      most = MAX (most, natural ? wish : minimum);
      (*n)++;
    }
  return most;
}

static gboolean
fits_in_a_row (GtkWidget *widget, int width)
{
  guint n;
  int each = widest (widget, TRUE, &n);

  return width < 0 || width >= (int) n * (each + GAP) - GAP;
}

static void
measure_row (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
             int *natural_baseline)
{
  guint n;

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = widest (widget, FALSE, &n);
      *natural = MAX (0, widest (widget, TRUE, &n) + GAP);
      *natural = MAX (*minimum, (int) n * *natural - GAP);
      return;
    }
  *minimum = 0;
  widest (widget, TRUE, &n);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      gboolean row = fits_in_a_row (widget, for_size);
      int height;

      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, row && for_size >= 0 ? (for_size - ((int) n - 1) * GAP) / (int) n : for_size, &height, NULL, NULL, NULL);
      *minimum = row ? MAX (*minimum, height) : *minimum + height + (*minimum > 0 ? GAP : 0);
    }
  *natural = *minimum;
}

static void
allocate_row (GtkWidget *widget, int width, int height, int baseline)
{
  gboolean row = fits_in_a_row (widget, width);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  guint n, i = 0;
  int each, y = 0;

  widest (widget, TRUE, &n);
  each = n > 0 ? (width - ((int) n - 1) * GAP) / (int) n : width;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child), i++)
    {
      guint place = mirrored ? n - 1 - i : i;
      GtkAllocation box = { row ? (int) place * (each + GAP) : 0, row ? 0 : y, row ? each : width, height };

      if (!row)
        {
          gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &box.height, NULL, NULL, NULL);
          y += box.height + GAP;
        }
      gtk_widget_size_allocate (child, &box, -1);
    }
}

static GtkSizeRequestMode
height_for_width (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
tst_options_init (TstOptions *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 8);
  self->options = g_ptr_array_new_with_free_func (option_free);
  self->chosen = g_ptr_array_new ();
  self->shown = g_ptr_array_new ();
  self->value = g_strdup ("");
}

GtkWidget *
tst_options_new (const char *question, TstOptionsMode mode, gboolean row)
{
  TstOptions *self = g_object_new (TST_TYPE_OPTIONS, NULL);

  self->question = g_strdup (question);
  self->mode = mode;
  self->row = row;
  if (row)
    {
      self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      gtk_widget_set_layout_manager (self->buttons, gtk_custom_layout_new (height_for_width, measure_row, allocate_row));
    }
  else
    self->buttons = tst_wrap_new ();
  gtk_widget_set_parent (self->buttons, GTK_WIDGET (self));
  self->more = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->more), 0);
  gtk_label_set_wrap (GTK_LABEL (self->more), TRUE);
  gtk_widget_add_css_class (self->more, "dim-label");
  gtk_widget_set_visible (self->more, FALSE);
  gtk_widget_set_parent (self->more, GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "big");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, question, -1);
  return GTK_WIDGET (self);
}
