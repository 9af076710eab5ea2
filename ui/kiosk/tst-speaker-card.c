/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-speaker-card.h"

#include "model/tst-code-lists.h"
#include "record/tst-body.h"
#include "widgets/tst-form.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>
#include <string.h>

const char *
tst_speaker_word (JsonObject *row)
{
  const char *word = tst_json_string (row, "word");

  return word != NULL ? word : "waiting";
}

gboolean
tst_speaker_has_card (JsonObject *row)
{
  const char *word = tst_speaker_word (row);

  return strcmp (word, "waiting") == 0 || strcmp (word, "absent") == 0 || strcmp (word, "spoke") == 0;
}

char *
tst_speaker_cards_text (GPtrArray *rows, GHashTable *names)
{
  GString *all = g_string_new (NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      JsonObject *row = rows->pdata[i];
      const char *name = names != NULL ? g_hash_table_lookup (names, tst_json_string (row, "id")) : NULL;
      g_autofree char *text = tst_json_write (row);

      if (tst_speaker_has_card (row))
        g_string_append_printf (all, "%s\n%s\n", text, name != NULL ? name : "");
    }
  return g_string_free (all, FALSE);
}

char *
tst_speaker_minutes (int seconds)
{
  return g_strdup_printf ("%d:%02d", seconds / 60, seconds % 60);
}

char *
tst_speaker_who (JsonObject *row, const char *name)
{
  const char *number = tst_json_string (row, "number");

  if (name == NULL)
    name = tst_json_string (row, "label");
  return name != NULL ? g_strdup_printf ("%s · %s", number, name) : g_strdup (number);
}

static GtkWidget *
act_button (JsonObject *row, const char *label, const char *action, const char *class)
{
  GtkWidget *button = tst_form_button (label, class);
  g_autofree char *name = g_strdup_printf ("%s: %s", label, tst_json_string (row, "number"));

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", tst_json_string (row, "id"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return button;
}

static GtkWidget *
card_of (JsonObject *row, const char *name, const char *more)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  g_autofree char *who = tst_speaker_who (row, name);

  gtk_widget_add_css_class (card, "card-box");
  gtk_widget_add_css_class (tst_form_text (card, who), "heading");
  tst_form_text (card, tst_json_string (row, "topic"));
  if (more != NULL)
    gtk_widget_add_css_class (tst_form_text (card, more), "dim-label");
  return card;
}

GtkWidget *
tst_speaker_card_waiting (JsonObject *row, const char *name, gboolean first)
{
  gboolean absent = strcmp (tst_speaker_word (row), "absent") == 0;
  GtkWidget *card = card_of (row, name, absent ? _("Se le llamó y no estaba") : NULL);
  GtkWidget *acts = tst_wrap_new ();

  tst_wrap_append (TST_WRAP (acts), act_button (row, _("Dar la palabra"), "speakers.give", first ? "large suggested-action" : "large"));
  if (!first)
    tst_wrap_append (TST_WRAP (acts), act_button (row, _("Pasar adelante"), "speakers.first", "large"));
  if (!absent)
    tst_wrap_append (TST_WRAP (acts), act_button (row, _("No está"), "speakers.absent", "large"));
  gtk_box_append (GTK_BOX (card), acts);
  return card;
}

GtkWidget *
tst_speaker_card_done (JsonObject *row, const char *name, const char *lang)
{
  const char *outcome = tst_json_string (row, "outcome");
  gboolean exact = g_strcmp0 (tst_json_string (row, "used_source"), "monotonic") == 0;
  g_autofree char *used = tst_speaker_minutes ((int) (tst_json_int (row, "used_ms", 0) / 1000));
  g_autofree char *time = g_strdup_printf (exact ? _("Habló %s") : _("Habló cerca de %s"), used);
  g_autofree char *more
    = outcome != NULL ? g_strdup_printf ("%s · %s", time, tst_code_label (TST_LIST_TURN_OUTCOME, outcome, lang)) : g_strdup (time);
  GtkWidget *card = card_of (row, name, more);

  if (outcome == NULL)
    gtk_box_append (GTK_BOX (card), act_button (row, _("Anotar qué pasó"), "speakers.outcome", "large suggested-action"));
  else if (tst_json_string (row, "outcome_text") != NULL)
    tst_form_text (card, tst_json_string (row, "outcome_text"));
  return card;
}
