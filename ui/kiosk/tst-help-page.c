/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-help-page.h"

#include "widgets/tst-build.h"

#include <glib/gi18n.h>

struct _TstHelpPage
{
  TstPage parent_instance;
};

G_DEFINE_FINAL_TYPE (TstHelpPage, tst_help_page, TST_TYPE_PAGE)

static const char *const sentences[] = {
  N_("«Empezar visita» abre un espacio: una visita de obra, una feria, una audiencia. Todo lo que se captura queda en él."),
  N_("«Guardado» quiere decir guardado en esta tableta, aunque se apague en ese momento. No hace falta conexión."),
  N_("Cuando hay red, lo guardado se envía solo. «Recibido y comprobado» quiere decir que la tableta misma revisó la prueba."),
  N_("Los datos de las personas se guardan bajo llave: ni esta tableta puede leerlos después. Los lee el oficial de datos del municipio."),
  N_("Nada se borra: una corrección o un retiro es un registro nuevo que nombra al anterior."),
};

static const struct
{
  const char *keys, *what;
} shortcuts[] = {
  { "Ctrl + N", N_("Empezar una visita") },        { "Ctrl + F", N_("Buscar una obra") },
  { "Alt + 1 … 4", N_("Inicio, Obras, Galería, Envíos") }, { "Alt + ←, Esc", N_("Volver") },
  { "Ctrl + L", N_("Bloquear") },                  { "Ctrl + ,", N_("Preferencias") },
  { "Ctrl + V", N_("Pegar fotos en un espacio abierto") }, { "Ctrl + Z", N_("Deshacer al descartar, mover o corregir") },
  { "Ctrl + S", N_("Guardar fotos, notas, visitas") },  { "Ctrl + +, Ctrl + −", N_("Acercar y alejar una foto") },
  { N_("Re Pág, Av Pág"), N_("La foto anterior y la siguiente") },
  { "F1", N_("Esta ayuda") },                      { "Ctrl + Q", N_("Salir") },
};

static void
tst_help_page_class_init (TstHelpPageClass *klass)
{
}

static void
tst_help_page_init (TstHelpPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  g_autofree char *version = g_strdup_printf (_("Testigo %s · programa libre, licencia GPL 3 o posterior"), TST_VERSION);

  gtk_box_append (GTK_BOX (box), tst_build_heading (_("Cómo se usa")));
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    gtk_box_append (GTK_BOX (box), tst_build_text (_(sentences[i])));
  gtk_box_append (GTK_BOX (box), tst_build_heading (_("Atajos del teclado")));
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    {
      GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
      GtkWidget *what = tst_build_text (_(shortcuts[i].what));
      GtkWidget *keys = gtk_label_new (_(shortcuts[i].keys));

      gtk_widget_set_hexpand (what, TRUE);
      gtk_widget_add_css_class (keys, "keycap");
      gtk_box_append (GTK_BOX (row), what);
      gtk_box_append (GTK_BOX (row), keys);
      gtk_box_append (GTK_BOX (box), row);
    }
  gtk_box_append (GTK_BOX (box), tst_build_heading (_("Acerca de")));
  gtk_box_append (GTK_BOX (box), tst_build_text (_("Lo que se hizo, a la vista")));
  gtk_box_append (GTK_BOX (box), tst_build_text (version));
  gtk_widget_add_css_class (box, "cover");
  adw_bin_set_child (ADW_BIN (self), tst_build_scrolled (box, 680));
}

GtkWidget *
tst_help_page_new (TstSession *session)
{
  return g_object_new (TST_TYPE_HELP_PAGE, "session", session, "title", _("Ayuda"), NULL);
}
