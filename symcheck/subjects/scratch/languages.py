"""What people call things in other languages than English: parts of the names of functions, and names of arguments.

Accents may be left out, as they are in most code.
"""

from __future__ import annotations

#: Parts of the names of functions, by what they are tried as.
FUNCTIONS = {
    "forward": "前向|正向|前馈|向前|预测|推理|forwärts|vorwärts|vorwaerts|vorhersag|adelante|predecir|propaga|avant|prédire|predire|prever|predizer|"
    "avanti|prevedi|順伝播|推論|прям|предсказ|вперед",
    "gradients": "反向|后向|梯度|atras|atrás|gradiente|retroprop|arriere|arrière|rückwärts|rueckwaerts|indietro|逆伝播|勾配|обратн|градиент",
    "train_step": "训练|学习|拟合|entrenar|entrena_|ajustar|aprender|treinar|aprende|entrain|entraîn|apprend|trainier|lernen|addestra|学習|訓練|обуч|тренир",
    "update": "更新|actualiza|atualiza|aktualisier|mettre_a_jour|mise_a_jour|aggiorna|обнов",
    "initialize": "初始化|构建|创建|inicializ|crear|criar|initialis|creer|créer|erzeug|erstell|inizializz|crea_|初期化|инициал|создать",
}
#: Names of arguments and attributes of what is called with a network, by role.
CALLING = {
    "inputs": "输入 数据 样本 特征 entrada entradas entree entrees entrée entrées eingabe eingaben eingang ingresso ingressi 入力 вход входы datos dados donnees",
    "targets": "目标 标签 期望 期望输出 真实值 正确答案 objetivo objetivos etiqueta etiquetas esperado cible cibles attendu ziel ziele zielwerte alvo alvos 目標 教師 "
    "教師データ 正解 цель цели ответ",
    "rate": "学习率 步长 tasa tasaaprendizaje tasadeaprendizaje taxa taxaaprendizado taxadeaprendizado tauxapprentissage taux lernrate "
    "tassoapprendimento 学習率 скорость скоростьобучения",
    "once": "轮数 迭代次数 训练次数 次数 世代 epocas épocas iteraciones iteracoes epoques epochen durchlaeufe epoche エポック数 эпохи эпох",
    "params": "参数 parametros parâmetros parametres paramètres parameterliste parametri パラメータ параметры red rede reseau réseau netz rete 网络",
}
#: What speaks of weights and of biases.
WEIGHT = "权重|权值|pesos?|poids|gewichte?|pesi|重み|вес[аы]?"
BIAS = "偏置|阈值|sesgos?|biais|umbral(es)?|vi[eé]s|schwellen?|soglie?|バイアス|смещени[ея]"
