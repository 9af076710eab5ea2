/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-code-lists.h"

#include <string.h>

/* Append only: a code that was ever written into a record keeps its place and its meaning. */

static const TstCode work_status[] = {
  { "planeada", "Planeada", "Planned", "preparation" },
  { "contratacion", "En contratación", "In procurement", "implementation" },
  { "por_iniciar", "Por iniciar", "About to start", "implementation" },
  { "en_ejecucion", "En ejecución", "Under way", "implementation" },
  { "suspendida", "Suspendida", "Suspended", "implementation" },
  { "terminada", "Terminada", "Finished", "completion" },
  { "liquidada", "Liquidada", "Closed out", "completed" },
  { "inconclusa", "Inconclusa", "Unfinished", "implementation" },
  { "cancelada", "Cancelada", "Cancelled", "cancelled" },
};

static const TstCode event_type[] = {
  { "feria_transparencia", "Feria de la transparencia", "Transparency fair" },
  { "audiencia_publica", "Audiencia pública", "Public hearing" },
  { "conversatorio", "Conversatorio", "Public talk" },
  { "rueda_prensa", "Rueda de prensa", "Press conference" },
  { "conectese_alcalde", "Conéctese con el alcalde", "Live with the mayor" },
  { "radio_voces", "Voces de transparencia (radio)", "Voices of transparency (radio)" },
  { "visita_obra", "Visita de obra", "Site visit" },
  { "presupuesto_participativo", "Presupuesto participativo", "Participatory budget" },
  { "atril_comunas", "Atril a las comunas", "Open lectern in the comunas" },
  { "sensibilizacion", "Sensibilización", "Awareness session" },
  { "socializacion", "Socialización", "Presentation to the community" },
  { "otra", "Otro espacio", "Other" },
};

static const TstCode contribution_class[] = {
  { "pregunta", "Pregunta", "Question" },
  { "propuesta", "Propuesta", "Proposal" },
  { "peticion_general", "Petición de interés general", "Petition of general interest" },
  { "peticion_particular", "Petición de interés particular", "Petition of private interest" },
  { "documentos", "Solicitud de documentos o información", "Request for documents or information" },
  { "consulta", "Consulta", "Consultation" },
  { "queja", "Queja", "Complaint about a person" },
  { "reclamo", "Reclamo", "Complaint about a service" },
  { "sugerencia", "Sugerencia", "Suggestion" },
  { "denuncia", "Denuncia", "Report of wrongdoing" },
  { "felicitacion", "Felicitación", "Congratulation" },
};

static const TstCode contribution_state[] = {
  { "recibido", "Recibido", "Received" },
  { "radicado", "Radicado", "Registered" },
  { "asignado", "Asignado", "Assigned" },
  { "en_tramite", "En trámite", "In progress" },
  { "trasladado", "Trasladado", "Passed on" },
  { "respondido", "Respondido", "Answered" },
  { "respondido_en_vivo", "Respondido en vivo", "Answered live" },
  { "publicado", "Publicado", "Published" },
  { "vencido", "Vencido", "Overdue" },
};

static const TstCode document_type[] = {
  { "CC", "Cédula de ciudadanía", "Citizenship card" },
  { "TI", "Tarjeta de identidad", "Identity card of a minor" },
  { "CE", "Cédula de extranjería", "Foreigner's card" },
  { "PPT", "Permiso por protección temporal", "Temporary protection permit" },
  { "PEP", "Permiso especial de permanencia", "Special stay permit" },
  { "PA", "Pasaporte", "Passport" },
  { "RC", "Registro civil", "Birth register" },
  { "NIT", "NIT", "Tax number" },
  { "otro", "Otro", "Other" },
  { "no_informa", "No informa", "Not given" },
};

static const TstCode ethnicity[] = {
  { "01", "Indígena", "Indigenous" }, { "02", "Rrom o gitano", "Rrom" },
  { "03", "Raizal", "Raizal" },       { "04", "Palenquero", "Palenquero" },
  { "05", "Negro", "Black" },         { "06", "Afrocolombiano", "Afro-Colombian" },
  { "99", "Ninguna", "None" },        { "98", "Prefiere no responder", "Prefers not to answer" },
};

static const TstCode sex[] = {
  { "mujer", "Mujer", "Woman" },
  { "hombre", "Hombre", "Man" },
  { "intersexual", "Intersexual", "Intersex" },
  { "no_responde", "Prefiere no responder", "Prefers not to answer" },
};

static const TstCode gender[] = {
  { "femenino", "Femenino", "Feminine" },
  { "masculino", "Masculino", "Masculine" },
  { "trans", "Trans", "Trans" },
  { "no_binario", "No binario", "Non-binary" },
  { "otro", "Otro", "Other" },
  { "no_responde", "Prefiere no responder", "Prefers not to answer" },
};

static const TstCode age_band[] = {
  { "0-5", "0 a 5 años", "0 to 5" },       { "6-11", "6 a 11 años", "6 to 11" },
  { "12-17", "12 a 17 años", "12 to 17" }, { "18-28", "18 a 28 años", "18 to 28" },
  { "29-59", "29 a 59 años", "29 to 59" }, { "60+", "60 años o más", "60 and over" },
};

static const TstCode yes_no[] = {
  { "si", "Sí", "Yes" },
  { "no", "No", "No" },
  { "no_responde", "Prefiere no responder", "Prefers not to answer" },
};

static const TstCode actor[] = {
  { "ciudadania", "Ciudadanía", "Citizen" },
  { "jac", "Junta de acción comunal (JAC)", "Community action board (JAC)" },
  { "jal", "Junta administradora local (JAL)", "Local board (JAL)" },
  { "veeduria", "Veeduría ciudadana", "Citizens' oversight body" },
  { "organizacion_social", "Organización social", "Social organisation" },
  { "gremio", "Gremio", "Trade association" },
  { "academia", "Academia", "University or school" },
  { "medio", "Medio de comunicación", "Media" },
  { "servidor_publico", "Servidor público", "Public servant" },
  { "contratista", "Contratista", "Contractor" },
  { "ente_control", "Ente de control", "Control body" },
  { "concejo", "Concejo", "Council" },
};

static const TstCode work_item[] = {
  { "preliminares", "Preliminares", "Preliminaries" },
  { "demolicion", "Demolición", "Demolition" },
  { "excavacion", "Excavación", "Excavation" },
  { "cimentacion", "Cimentación", "Foundations" },
  { "estructura", "Estructura", "Structure" },
  { "redes", "Redes", "Pipes and cables" },
  { "pavimento", "Pavimento", "Paving" },
  { "acabados", "Acabados", "Finishes" },
  { "urbanismo", "Urbanismo", "Landscaping" },
  { "senalizacion", "Señalización", "Signs" },
  { "ambiental", "Manejo ambiental", "Environmental care" },
  { "sst", "Seguridad y salud en el trabajo (SST)", "Safety and health at work" },
};

static const TstCode moment[] = {
  { "inicio", "Inicio", "Start" },
  { "presentacion", "Presentación", "Introduction" },
  { "recorrido", "Recorrido", "Walk" },
  { "evidencia", "Evidencia", "Evidence" },
  { "pregunta", "Pregunta", "Question" },
  { "respuesta", "Respuesta", "Answer" },
  { "compromiso", "Compromiso", "Commitment" },
  { "cierre", "Cierre", "End" },
};

static const TstCode sector[] = {
  { "education", "Educación", "Education", "education" },
  { "health", "Salud", "Health", "health" },
  { "energy", "Energía", "Energy", "energy" },
  { "energy.solar", "Energía solar", "Solar energy", "energy.solar" },
  { "energy.wind", "Energía eólica", "Wind energy", "energy.wind" },
  { "energy.hydropower", "Energía hidráulica", "Hydropower", "energy.hydropower" },
  { "energy.biomass", "Biomasa", "Biomass energy", "energy.biomass" },
  { "energy.geothermal", "Energía geotérmica", "Geothermal energy", "energy.geothermal" },
  { "communications", "Comunicaciones", "Communications", "communications" },
  { "waterAndWaste", "Agua y saneamiento", "Water and waste", "waterAndWaste" },
  { "governance", "Edificios públicos y seguridad", "Governance", "governance" },
  { "economy", "Economía, agro y ambiente", "Economy", "economy" },
  { "cultureSportsAndRecreation", "Cultura, deporte y recreación", "Culture, sports and recreation",
    "cultureSportsAndRecreation" },
  { "transport", "Transporte", "Transport", "transport" },
  { "transport.air", "Transporte aéreo", "Air transport", "transport.air" },
  { "transport.water", "Transporte fluvial y marítimo", "Water transport", "transport.water" },
  { "transport.rail", "Transporte férreo", "Rail transport", "transport.rail" },
  { "transport.road", "Vías y puentes", "Road transport", "transport.road" },
  { "transport.urban", "Movilidad urbana", "Urban transport", "transport.urban" },
  { "transport.lowCarbon", "Movilidad baja en carbono", "Low-carbon transport", "transport.lowCarbon" },
  { "socialHousing", "Vivienda social", "Social housing", "socialHousing" },
  { "naturalResources", "Recursos naturales", "Natural resources", "naturalResources" },
  { "naturalResources.floodProtection", "Control de inundaciones", "Flood protection",
    "naturalResources.floodProtection" },
};

static const TstCode work_type[] = {
  { "construction", "Construcción", "Construction", "construction" },
  { "maintenance", "Mantenimiento", "Maintenance", "maintenance" },
  { "rehabilitation", "Rehabilitación", "Rehabilitation", "rehabilitation" },
  { "replacement", "Reposición", "Replacement", "replacement" },
  { "expansion", "Ampliación", "Expansion", "expansion" },
  { "decommissioning", "Desmantelamiento", "Decommissioning", "decommissioning" },
};

static const TstCode phase[] = {
  { "antes", "Antes", "Before" },  { "durante", "Durante", "During" },   { "despues", "Después", "After" },
  { "hito", "Hito", "Milestone" }, { "novedad", "Novedad", "Incident" },
};

static const TstCode capture_kind[] = {
  { "photo", "Foto", "Photo" },  { "audio", "Audio", "Audio" },
  { "video", "Video", "Video" }, { "document", "Documento", "Document" },
  { "note", "Nota", "Note" },
};

static const TstCode contract_nature[] = {
  { "construction", "Obra", "Construction", "construction" },
  { "supervision", "Interventoría", "Supervision", "supervision" },
  { "design", "Diseño", "Design", "design" },
};

static const TstCode mode[] = {
  { "presencial", "Presencial", "In person" },
  { "virtual", "Virtual", "Online" },
};

static const TstCode reply_channel[] = {
  { "correo", "Correo electrónico", "E-mail" },
  { "telefono", "Teléfono", "Telephone" },
  { "direccion", "Carta a su dirección", "Letter" },
  { "pagina", "En la página, con el número", "On the page, with the number" },
  { "ninguno", "No necesito respuesta", "No reply needed" },
};

static const TstCode cause[] = {
  { "clima", "Clima", "Weather" },
  { "disenos", "Diseños o estudios", "Designs or studies" },
  { "predios", "Predios o servidumbres", "Land or easements" },
  { "permisos", "Permisos o licencias", "Permits or licences" },
  { "redes", "Redes de servicios por trasladar", "Utilities to be moved" },
  { "materiales", "Suministro de materiales", "Supply of materials" },
  { "personal", "Falta de personal", "Lack of workers" },
  { "maquinaria", "Falta de maquinaria", "Lack of machinery" },
  { "pagos", "Pagos o anticipo", "Payments or advance" },
  { "alcance", "Cambios en el alcance", "Changes of scope" },
  { "comunidad", "Acuerdos con la comunidad", "Agreements with the community" },
  { "orden_publico", "Orden público", "Public order" },
  { "adelanto", "Va adelantada", "Ahead of its programme" },
  { "otra", "Otra", "Other" },
};

static const TstCode compliance[] = {
  { "cumple", "Cumple", "Complies" },
  { "parcial", "Parcial", "In part" },
  { "no", "No cumple", "Does not comply" },
};

static const TstCode visit_role[] = {
  { "supervision", "Supervisión", "Supervision by the town" },
  { "interventoria", "Interventoría", "External supervision" },
  { "contratista", "Contratista", "Contractor" },
  { "comunidad", "Comunidad", "Community" },
};

static const TstCode photo_need[] = {
  { "general", "Vista general", "General view" },
  { "frente", "Frente de obra", "Work front" },
  { "punto", "Punto fotográfico", "Viewpoint" },
  { "valla", "Valla de obra", "Site sign" },
};

static const TstCode platform[] = {
  { "facebook", "Facebook", "Facebook" }, { "instagram", "Instagram", "Instagram" },
  { "youtube", "YouTube", "YouTube" },    { "tiktok", "TikTok", "TikTok" },
  { "otra", "Otra", "Other" },
};

static const TstCode anchor_source[] = {
  { "inicio", "Botón de inicio", "Start button" },
  { "tarjeta", "Tarjeta de reloj en el video", "Clock card in the video" },
  { "obs", "OBS", "OBS" },
  { "manual", "Escrito por una persona", "Written by a person" },
};

static const TstCode commitment_status[] = {
  { "cumplido", "Cumplido", "Kept" },
  { "incumplido", "No se cumplió", "Not kept" },
};

static const TstCode turn_act[] = {
  { "inicio", "Empieza", "Begins" },
  { "pausa", "En pausa", "Paused" },
  { "sigue", "Sigue", "Goes on" },
  { "fin", "Termina", "Ends" },
  { "ausente", "No se presentó", "Did not come" },
};

static const TstCode turn_outcome[] = {
  { "respondida", "Respondida", "Answered" },
  { "compromiso", "Quedó un compromiso", "A commitment was made" },
  { "por_escrito", "Se responderá por escrito", "To be answered in writing" },
  { "sin_respuesta", "Sin respuesta", "No answer" },
};

#define LIST(name, codes)                                                                                    \
  {                                                                                                          \
    name, codes, G_N_ELEMENTS (codes)                                                                        \
  }
static const struct
{
  const char *name;
  const TstCode *codes;
  guint n_codes;
} lists[TST_N_LISTS] = {
  [TST_LIST_WORK_STATUS] = LIST ("work-status", work_status),
  [TST_LIST_EVENT_TYPE] = LIST ("event-type", event_type),
  [TST_LIST_CONTRIBUTION_CLASS] = LIST ("contribution-class", contribution_class),
  [TST_LIST_CONTRIBUTION_STATE] = LIST ("contribution-state", contribution_state),
  [TST_LIST_DOCUMENT_TYPE] = LIST ("document-type", document_type),
  [TST_LIST_ETHNICITY] = LIST ("ethnicity", ethnicity),
  [TST_LIST_SEX] = LIST ("sex", sex),
  [TST_LIST_GENDER] = LIST ("gender", gender),
  [TST_LIST_AGE_BAND] = LIST ("age-band", age_band),
  [TST_LIST_YES_NO] = LIST ("yes-no", yes_no),
  [TST_LIST_ACTOR] = LIST ("actor", actor),
  [TST_LIST_WORK_ITEM] = LIST ("work-item", work_item),
  [TST_LIST_MOMENT] = LIST ("moment", moment),
  [TST_LIST_SECTOR] = LIST ("sector", sector),
  [TST_LIST_WORK_TYPE] = LIST ("work-type", work_type),
  [TST_LIST_PHASE] = LIST ("phase", phase),
  [TST_LIST_CAPTURE_KIND] = LIST ("capture-kind", capture_kind),
  [TST_LIST_CONTRACT_NATURE] = LIST ("contract-nature", contract_nature),
  [TST_LIST_MODE] = LIST ("mode", mode),
  [TST_LIST_REPLY_CHANNEL] = LIST ("reply-channel", reply_channel),
  [TST_LIST_CAUSE] = LIST ("cause", cause),
  [TST_LIST_COMPLIANCE] = LIST ("compliance", compliance),
  [TST_LIST_VISIT_ROLE] = LIST ("visit-role", visit_role),
  [TST_LIST_PHOTO_NEED] = LIST ("photo-need", photo_need),
  [TST_LIST_PLATFORM] = LIST ("platform", platform),
  [TST_LIST_ANCHOR_SOURCE] = LIST ("anchor-source", anchor_source),
  [TST_LIST_COMMITMENT_STATUS] = LIST ("commitment-status", commitment_status),
  [TST_LIST_TURN_ACT] = LIST ("turn-act", turn_act),
  [TST_LIST_TURN_OUTCOME] = LIST ("turn-outcome", turn_outcome),
};

const char *
tst_code_list_name (TstCodeList list)
{
  g_assert (list < TST_N_LISTS);
  return lists[list].name;
}

gboolean
tst_code_list_by_name (const char *name, TstCodeList *list)
{
  for (guint i = 0; i < TST_N_LISTS; i++)
    if (g_strcmp0 (lists[i].name, name) == 0)
      {
        *list = i;
        return TRUE;
      }
  return FALSE;
}

const TstCode *
tst_code_list (TstCodeList list, guint *n_codes)
{
  g_assert (list < TST_N_LISTS);
  *n_codes = lists[list].n_codes;
  return lists[list].codes;
}

const TstCode *
tst_code_find (TstCodeList list, const char *code)
{
  g_assert (list < TST_N_LISTS);
  for (guint i = 0; code != NULL && i < lists[list].n_codes; i++)
    if (strcmp (lists[list].codes[i].code, code) == 0)
      return &lists[list].codes[i];
  return NULL;
}

gboolean
tst_code_is_valid (TstCodeList list, const char *code)
{
  return tst_code_find (list, code) != NULL;
}

const char *
tst_code_label (TstCodeList list, const char *code, const char *lang)
{
  const TstCode *found = tst_code_find (list, code);

  if (found == NULL)
    return code;
  return g_strcmp0 (lang, "en") == 0 ? found->en : found->es;
}

/* The few letters with accents that Spanish has, and their relatives: enough for names and far cheaper than a full decomposition,
 * which the rest goes through. */
static char
plain_letter (gunichar c)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

  if (c < 0x80)
    return (char)c;
  if (g_unichar_fully_decompose (c, TRUE, parts, G_N_ELEMENTS (parts)) > 0 && parts[0] < 0x80)
    return (char)parts[0];
  return '\0';
}

static char *
fold (const char *text, char between)
{
  GString *out = g_string_new (NULL);
  gboolean pending = FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = (guchar)*p < 0x80 ? (gunichar)*p : g_utf8_get_char (p);
      char plain;

      /* An accent written as a character of its own belongs to the letter before it. */
      if (c >= 0x300 && c < 0x370)
        continue;
      plain = plain_letter (c);
      if (plain != '\0' ? !g_ascii_isalnum (plain) : !g_unichar_isalnum (c) || between == '_')
        {
          pending = out->len > 0;
          continue;
        }
      if (pending)
        g_string_append_c (out, between);
      pending = FALSE;
      if (plain != '\0')
        g_string_append_c (out, g_ascii_tolower (plain));
      else
        g_string_append_unichar (out, g_unichar_tolower (c));
    }
  return g_string_free (out, FALSE);
}

char *
tst_fold_name (const char *text)
{
  return fold (text, '_');
}

char *
tst_fold_words (const char *text)
{
  return fold (text, ' ');
}

static gboolean
folds_to (const char *text, const char *folded)
{
  g_autofree char *other = NULL;

  if (text == NULL)
    return FALSE;
  other = tst_fold_name (text);
  return strcmp (other, folded) == 0;
}

const TstCode *
tst_code_from_text (TstCodeList list, const char *text)
{
  const TstCode *found = tst_code_find (list, text);
  g_autofree char *folded = NULL;

  if (found != NULL || text == NULL || *text == '\0')
    return found;
  folded = tst_fold_name (text);
  for (guint i = 0; i < lists[list].n_codes; i++)
    if (folds_to (lists[list].codes[i].code, folded))
      return &lists[list].codes[i];
  for (guint i = 0; i < lists[list].n_codes; i++)
    if (folds_to (lists[list].codes[i].es, folded) || folds_to (lists[list].codes[i].en, folded)
        || folds_to (lists[list].codes[i].oc4ids, folded))
      return &lists[list].codes[i];
  return NULL;
}

char *
tst_code_list_join (TstCodeList list)
{
  GString *out = g_string_new (NULL);

  g_assert (list < TST_N_LISTS);
  for (guint i = 0; i < lists[list].n_codes; i++)
    g_string_append_printf (out, "%s%s", i == 0 ? "" : ", ", lists[list].codes[i].code);
  return g_string_free (out, FALSE);
}
